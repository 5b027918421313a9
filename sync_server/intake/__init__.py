"""The ways by which a ticket comes in: one channel a file, all of them end in register."""
