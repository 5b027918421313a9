"""Each step of the schema, in order; never changed once an office has run it."""
