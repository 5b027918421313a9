"""Times as people say them: «hoy 16:30», «hace 3 min»."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from shared.words import t

_MINUTE = timedelta(minutes=1)


def duration(span: timedelta, language: str) -> str:
    """A length of time in hours and minutes, or days when it is longer than three of them."""
    minutes = round(abs(span) / _MINUTE)
    hours, rest = divmod(minutes, 60)
    if hours >= 72:
        words = "office.span.days" if hours % 24 else "office.span.whole_days"
        return t(words, language, days=hours // 24, hours=hours % 24)
    if hours and rest:
        return t("office.span.both", language, hours=hours, minutes=rest)
    if hours:
        return t("office.span.hours", language, hours=hours)
    return t("office.span.minutes", language, minutes=rest)


def moment(at: datetime, now: datetime, zone: ZoneInfo, language: str) -> str:
    """An instant on the office's clock, as short as it can be said without doubt."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    clock = local.strftime("%H:%M")
    days = (local.date() - today).days
    if days in _NEAR:
        return f"{t(_NEAR[days], language)} {clock}"
    return f"{day(at, now, zone, language)}, {clock}"


_NEAR = {-1: "office.near.yesterday", 0: "office.near.today", 1: "office.near.tomorrow"}


def day(at: datetime, now: datetime, zone: ZoneInfo, language: str) -> str:
    """A date with its weekday; the year only when it is another one."""
    local = at.astimezone(zone)
    words = {
        "weekday": t(f"office.weekday.{local.isoweekday()}", language),
        "day": local.day,
        "month": t(f"office.month.{local.month}", language),
    }
    if local.year == now.astimezone(zone).year:
        return t("office.day", language, **words)
    return t("office.day_of_year", language, **words, year=local.year)


def ago(at: datetime, now: datetime, language: str) -> str:
    """How long ago something was."""
    if now - at < _MINUTE:
        return t("office.just_now", language)
    return t("office.ago", language, span=duration(now - at, language))
