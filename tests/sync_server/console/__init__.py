"""The console as a browser meets it: real HTTP, real SQLite, no JavaScript."""
