"""Time as the process counts it: timestamps, business time, pauses."""
