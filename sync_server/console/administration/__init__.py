"""The console's pages about people, tablets, one's own account, and rescue packages."""
