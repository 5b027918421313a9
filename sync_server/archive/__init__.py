"""What is kept after closing: archived, sealed, found, handed out, let go after its term."""
