"""The one way in which a ticket changes: stored, locked, applied, logged, finalised."""
