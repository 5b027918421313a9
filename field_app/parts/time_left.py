"""Time as people say it: «2 h 10 min», «9 mar 2026, 08:52».

A moment is said in the zone that its page names, never in the device's.
"""

from datetime import datetime, timedelta, tzinfo

from shared.words import t, tn


def span(length: timedelta, language: str) -> str:
    """A stretch of time in its two largest units; less than a minute is «menos de 1 min»."""
    minutes = int(length.total_seconds() // 60)
    days, hours = divmod(minutes // 60, 24)
    minutes %= 60
    if days:
        return tn("tablet.time.days_hours", days, language, hours=hours)
    if hours and minutes:
        return t("tablet.time.hours_minutes", language, hours=hours, minutes=minutes)
    if hours:
        return t("tablet.time.hours", language, hours=hours)
    if minutes:
        return t("tablet.time.minutes", language, minutes=minutes)
    return t("tablet.time.under_a_minute", language)


def clock(at: datetime, zone: tzinfo) -> str:
    """The time of day: 14:32."""
    return at.astimezone(zone).strftime("%H:%M")


def day(at: datetime, language: str, zone: tzinfo) -> str:
    """A date in words: «9 mar 2026»."""
    local = at.astimezone(zone)
    month = t(f"tablet.month.{local.month}", language)
    return t("tablet.time.date", language, day=local.day, month=month, year=local.year)


def moment(at: datetime, language: str, zone: tzinfo) -> str:
    """A date and a time of day."""
    return f"{day(at, language, zone)}, {clock(at, zone)}"
