"""The records as they travel: the ticket, what hangs on it, and what it speaks of."""
