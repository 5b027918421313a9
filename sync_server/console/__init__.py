"""What the office sees in a browser: supervisors, call centre, back office, administrators."""
