"""A zone of times as people call it: «Hora de Tijuana (UTC−08:00)»."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from shared.words import NoWords, t


def zone_words(zone: ZoneInfo, offsets: Iterable[str], language: str) -> str:
    """The zone's place and how far it is from UTC; two offsets where the clocks were changed."""
    return t("process.zone", language, place=_place(zone.key, language), offset=" → ".join(offsets))


def _place(key: str, language: str) -> str:
    try:
        return t(f"process.zone.{key}", language)
    except NoWords:
        return key.rpartition("/")[2].replace("_", " ")
