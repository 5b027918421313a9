"""The office: receives what the tablets did, decides with `shared`, keeps and proves it."""
