"""The same report by other programs; each file runs alone, in the peers' own Python."""
