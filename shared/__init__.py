"""What is decided about the work, with the same answer on the tablet and in the office."""
