"""Everything that can go wrong between a tablet and the office, made to go wrong on purpose."""
