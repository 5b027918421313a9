"""Values as words of one language: dates, figures, spans of time, places, names from catalogues."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from shared.ticket.fields import Field
from shared.ticket.shapes import COUNT, FLAG, TIME
from shared.time.timestamps import instant
from shared.words import NoWords, t, word_of


@dataclass(frozen=True)
class Phrases:
    """How one report speaks: in `language`, with times in `zone`, with the office's own names."""

    language: str
    zone: tzinfo
    catalogues: Mapping[str, Mapping[str, Any]]

    def say(self, key: str, **values: object) -> str:
        """The report's own words."""
        return t(f"report.{key}", self.language, **values)

    def code(self, kind: str, code: str | None) -> str:
        """A code of the process in words; free text that is no code stays as it is."""
        return word_of(f"{kind}.{code}", self.language) if code else ""

    def field(self, name: str) -> str:
        """What a field of the ticket is called: the report's own word for it, else everybody's."""
        try:
            return self.say(f"field.{name}")
        except NoWords:
            return t(f"process.field.{name}", self.language)

    def value(self, field: Field, value: Any) -> str:
        """A plain field's value in words; nothing where there is none."""
        if value is None:
            return ""
        if field.words:
            return self.code(field.words, value)
        if field.catalogue:
            return self.named(field.catalogue, value, show_code=True)
        if field.shape is FLAG:
            return t(f"process.{'yes' if value else 'no'}", self.language)
        if field.shape is TIME:
            return self.when(instant(value))
        return self.figure(value) if field.shape is COUNT else str(value)

    def named(self, catalogue: str, code: str | None, show_code: bool = False) -> str:
        """The office's name for a code of one of its catalogues; the code itself when unknown."""
        if not code:
            return ""
        for item in self.catalogues.get(catalogue, {}).get("items") or ():
            if code in (item.get("code"), item.get("id")):
                name = self.own(item.get("label") or item.get("name"))
                return f"{code} · {name}" if show_code and name else name or code
        return code

    def person(self, id: str | None) -> str:
        """Somebody's name; nothing for an id that nobody outside the office can read."""
        name = self.named("people", id)
        return "" if name == id else name

    def own(self, words: Any) -> str:
        """Words that the office wrote: in both languages as {es, en}, or in one as they are."""
        if isinstance(words, Mapping):
            words = words.get(self.language) or words.get("es") or words.get("en")
        return words if isinstance(words, str) else ""

    def when(self, at: datetime | None, seconds: bool = False) -> str:
        """9 mar 2026, 10:42."""
        if at is None:
            return ""
        local = at.astimezone(self.zone)
        clock = f"{local:%H:%M:%S}" if seconds else f"{local:%H:%M}"
        return f"{local.day} {self.say(f'month.{local.month}')} {local.year}, {clock}"

    def day(self, written: str | None) -> str:
        """9 mar 2026, of a date as ISO 8601 writes it; other words as they are."""
        try:
            day = date.fromisoformat(written or "")
        except ValueError:
            return written or ""
        return f"{day.day} {self.say(f'month.{day.month}')} {day.year}"

    def span(self, length: timedelta) -> str:
        """1 h 25 min; with a sign when it runs backwards."""
        minutes = round(abs(length.total_seconds()) / 60)
        sign = "−" if length < timedelta(0) and minutes else ""
        hours, minutes = divmod(minutes, 60)
        if hours and minutes:
            return f"{sign}{hours} h {minutes} min"
        return f"{sign}{hours} h" if hours else f"{sign}{minutes} min"

    def seconds(self, length: float) -> str:
        """+0.4 s, −12.0 s: an offset, always signed."""
        return f"{'−' if length < 0 else '+'}{abs(length):.1f} s"

    def figure(self, number: int | None) -> str:
        return "" if number is None else f"{number:,}"

    def place(self, position: Mapping[str, Any] | None) -> str:
        """19.43261, −99.13321 (±8 m)."""
        if not position or position.get("lat") is None or position.get("lon") is None:
            return ""
        lat, lon = (f"{float(position[axis]):.5f}".replace("-", "−") for axis in ("lat", "lon"))
        accuracy = position.get("accuracy")
        return f"{lat}, {lon}" + (f" (±{float(accuracy):.0f} m)" if accuracy is not None else "")


def joined(*texts: str, by: str = " · ") -> str:
    """The texts that say something, on one line."""
    return by.join(text for text in texts if text)


def grouped(digest: str, size: int = 4) -> str:
    """A hash in groups that an eye can compare."""
    return " ".join(digest[i : i + size] for i in range(0, len(digest), size))


def brief(text: str, most: int = 90) -> str:
    """The beginning of a text that stands whole elsewhere."""
    text = " ".join(text.split())
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0] + "…"
