"""Service levels: targets, deadlines, reminders and escalation."""
