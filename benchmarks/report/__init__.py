"""How long the service report takes to say, to print and to check, and how large it is."""
