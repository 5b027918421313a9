"""The work of a visit: changes, captured files, the way out, the report."""
