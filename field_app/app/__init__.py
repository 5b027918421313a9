"""The tablet put together: its parts wired, its window, its routes."""
