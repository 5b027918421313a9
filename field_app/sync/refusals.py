"""What an answer that is no success means: by its status, and by its problem document."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from field_app.device.trouble import Trouble
from field_app.sync.packing import plain
from field_app.sync.troubles import (
    Busy,
    Fork,
    Gap,
    NotOurServer,
    NotPermitted,
    OfficeDamaged,
    OfficeFault,
    OfficeFull,
    OfficeReadOnly,
    RequestRefused,
    SignedOut,
    TooLarge,
    UpdateNeeded,
)


def refusal(response: httpx.Response) -> Trouble:
    """What an answer that is no success means, by its status and its problem document."""
    problem = _problem(response)
    kind = str(problem.get("type") or "")
    status = response.status_code
    if 300 <= status < 400 or (status < 500 and not problem and status not in (413, 429)):
        return NotOurServer()
    match status:
        case 401:
            return SignedOut(wipe=bool(problem.get("wipe")))
        case 403:
            return NotPermitted()
        case 409 if kind.endswith("fork"):
            return Fork()
        case 409 if kind.endswith("gap"):
            return Gap(expect=problem.get("expect"))
        case 413:
            return TooLarge()
        case 426:
            return UpdateNeeded()
        case 503 if kind.endswith("damaged"):
            return OfficeDamaged(seconds=_retry_after(response))
        case 503 if kind.endswith("read-only"):
            return OfficeReadOnly(seconds=_retry_after(response))
        case 429 | 502 | 503 | 504:
            return Busy(seconds=_retry_after(response))
        case 507:
            return OfficeFull()
    return OfficeFault(status=status) if status >= 500 else RequestRefused(status=status)


def _problem(response: httpx.Response) -> Mapping[str, Any]:
    try:
        found = json.loads(plain(response))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds that the office asks for, or None. RFC 9110, 10.2.3."""
    said = response.headers.get("Retry-After", "")
    if said.isdigit():
        return float(said)
    try:
        asked = parsedate_to_datetime(said)
        now = parsedate_to_datetime(response.headers.get("Date", ""))
    except (TypeError, ValueError):
        return None
    return max((_zoned(asked) - _zoned(now)).total_seconds(), 0.0)


def _zoned(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)
