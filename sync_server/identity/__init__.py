"""People and tablets: who they are, what they may do, what they did."""
