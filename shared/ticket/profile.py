"""What a company of this kind asks of a visit: whether its machines have a meter.

The organisation says it for all machines, one machine's record for itself; where neither says
anything there is one, as every office had before it could be said.
"""

from collections.abc import Mapping
from typing import Any

METERS = "meters"
"""The member of the organisation's document: whether machines have a meter that is read."""

ASKS_METER = "asks_meter"
"""The member of an asset's document that says otherwise for this one."""


def asks_meter(organisation: Mapping[str, Any], own: bool | None = None) -> bool:
    """Whether the meter is read at a visit; `own` is what the asset's record says. CL16."""
    return own if isinstance(own, bool) else organisation.get(METERS) is not False
