"""The console's pages about what was archived and until when it is kept."""
