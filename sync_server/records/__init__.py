"""Every record as it travels, and the feed that says which of them changed."""
