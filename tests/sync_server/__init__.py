"""The office, tried against a real database and real files."""
