"""Who is at the tablet, what is true of it now, and what screens may read and do."""
