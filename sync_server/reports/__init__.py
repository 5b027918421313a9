"""A service report as a document: parsed, validated, signed, verified."""
