"""The console's pages about tickets: board, lists, one ticket, decisions."""
