"""Files by the hash of their bytes: where they are kept, and how they come in piece by piece."""
