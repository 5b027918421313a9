"""What time brings about: reminders, escalation, closing, retirement from the tablets."""
