"""What the tablet keeps: one SQLite file and one folder of evidence for each of its users."""
