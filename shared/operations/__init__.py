"""How a record changes: operations, guarded transitions, the merge, the digests, the wire."""
