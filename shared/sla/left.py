"""What is left of a term, in words: «quedan 2 h 10 min», «vencido hace 3 h hábiles»."""

from datetime import timedelta

from shared.sla.sla import ClockReading, SlaStatus
from shared.words import t, tn

_MINUTE = timedelta(minutes=1)


def time_left(reading: ClockReading, language: str) -> str:
    """A clock in words, in business time: what is left, how long ago it ran out, or how it ended.

    It says that it is business time only where the wall clock would say another length.
    PROCESS.md, SLA.
    """
    if reading.status is SlaStatus.MET:
        return t("process.left.met", language)
    span = _span(reading, language)
    if reading.happened is not None:
        return t("process.left.late", language, span=span)
    if reading.status is SlaStatus.BREACHED:
        return t("process.left.over", language, span=span)
    return tn("process.left.running", _units(reading.left), language, span=span)


def business_hours(span: timedelta, language: str) -> str:
    """A length of business time: hours and minutes, never days, whose length nobody agrees on."""
    hours, minutes = divmod(abs(span) // _MINUTE, 60)
    if not hours and not minutes:
        return t("process.span.under_a_minute", language)
    if not hours:
        return t("process.span.minutes", language, minutes=minutes)
    if not minutes or hours >= 10:
        return t("process.span.hours", language, hours=hours)
    return t("process.span.both", language, hours=hours, minutes=minutes)


def _span(reading: ClockReading, language: str) -> str:
    span = business_hours(reading.left, language)
    if reading.skips_closed_hours:
        return tn("process.span.business", _units(reading.left), language, span=span)
    return span


def _units(span: timedelta) -> int:
    """The number that «queda» agrees with: 1 for one hour, one minute, or less than one."""
    return 1 if abs(span) // _MINUTE in (0, 1, 60) else 2
