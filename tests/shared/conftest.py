"""Properties are judged by their answers; a busy machine is no counterexample."""

from hypothesis import settings

settings.register_profile("folio", deadline=None)
settings.load_profile("folio")
