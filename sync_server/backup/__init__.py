"""The whole office in a folder, and back."""
