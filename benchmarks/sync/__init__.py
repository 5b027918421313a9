"""How fast and how small Folio's sync is, beside its peers on the same machine."""
