"""In which zone times are said: the site's where it has one, else the organisation's."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from shared.time.office_hours import ZONE

_UNKNOWN = (ValueError, LookupError, OSError, TypeError)
"""What ZoneInfo raises for a name that is none: of another form, not there, a folder."""


def zone_called(name: Any) -> ZoneInfo | None:
    """The IANA zone of this name; None where there is none of it."""
    if not isinstance(name, str) or not name:
        return None
    try:
        return ZoneInfo(name)
    except _UNKNOWN:
        return None


def zone_of(
    site: Mapping[str, Any], organisation: Mapping[str, Any], otherwise: str = ZONE
) -> ZoneInfo:
    """The zone of a site's times: `zone` of its document, else of the organisation's; `otherwise`
    where neither names one that this machine knows.
    """
    named = (zone_called(each) for each in (site.get("zone"), organisation.get("zone")))
    return next((zone for zone in named if zone), None) or ZoneInfo(otherwise)


def offsets(zone: ZoneInfo, *times: datetime | None) -> tuple[str, ...]:
    """How far the zone is from UTC at these times, each offset once: `UTC−06:00`."""
    return tuple(dict.fromkeys(_offset(at.astimezone(zone)) for at in times if at))


def _offset(at: datetime) -> str:
    minutes = round((at.utcoffset() or at - at).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'−' if minutes < 0 else '+'}{hours:02d}:{rest:02d}"
