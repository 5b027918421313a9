"""What is decided about the work, tried without a server or a tablet."""
