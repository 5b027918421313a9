"""The app and the console as a person meets them: in a real browser."""
