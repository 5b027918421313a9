"""The doors of tablets and other programs: read a message, ask a room, answer."""
