"""The office's commands, a noun a file."""
