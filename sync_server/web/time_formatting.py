"""Times as people say them: «quedan 2 h 10 min», «hoy 16:30», «hace 3 min»."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from shared.sla.sla import ClockReading, SlaStatus
from shared.words import t, tn

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


def business_hours(span: timedelta, language: str) -> str:
    """A length of business time: hours and minutes, never days, whose length nobody agrees on."""
    hours, minutes = divmod(round(abs(span) / _MINUTE), 60)
    if not hours:
        return t("office.span.minutes", language, minutes=minutes)
    if not minutes or hours >= 10:
        return t("office.span.hours", language, hours=hours)
    return t("office.span.both", language, hours=hours, minutes=minutes)


def time_left(reading: ClockReading, language: str) -> str:
    """A clock in words, in business time: what is left, how long ago it ran out, or how it ended.

    PROCESS.md, SLA.
    """
    if reading.status is SlaStatus.MET:
        return t("office.left.met", language)
    if reading.happened is not None:
        return t("office.left.late", language, span=business_hours(reading.left, language))
    if reading.status is SlaStatus.BREACHED:
        return t("office.left.over", language, span=business_hours(reading.left, language))
    words = business_hours(reading.left, language)
    return tn("office.left.running", _units(reading.left), language, span=words)


def _units(span: timedelta) -> int:
    """The number that «queda» agrees with: 1 for one hour or one minute and nothing beside it."""
    return 1 if round(abs(span) / _MINUTE) in (1, 60) else 2


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
