"""How the report stands on paper: blocks become slabs, slabs fill pages, pages are written."""
