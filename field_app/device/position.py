"""Where the tablet is: the last known position, asked for now and then on a device that has one."""

import asyncio
from dataclasses import dataclass

import flet_geolocator as fg

from field_app.device.device import Device, Position
from shared.ticket.places import is_somewhere

EVERY = 120
"""Seconds between two looks: a visit is in one place."""


@dataclass(slots=True)
class Whereabouts:
    """Keeps the last position and gives it to whoever stamps evidence."""

    device: Device
    last: Position | None = None

    def __post_init__(self) -> None:
        self.device.position = lambda: self.last


async def follow(whereabouts: Whereabouts) -> None:
    """Look as long as the app runs; without permission evidence is simply without position."""
    locator = fg.Geolocator()
    allowed = await locator.request_permission()
    if allowed not in (
        fg.GeolocatorPermissionStatus.ALWAYS,
        fg.GeolocatorPermissionStatus.WHILE_IN_USE,
    ):
        return
    while True:
        whereabouts.last = await _look(locator) or whereabouts.last
        await asyncio.sleep(EVERY)


async def _look(locator: fg.Geolocator) -> Position | None:
    try:
        seen = await locator.get_current_position()
    except (RuntimeError, TimeoutError):
        # No satellite, no network: in a basement there is no position to be had.
        return None
    if seen.latitude is None or seen.longitude is None:
        return None
    if not is_somewhere(seen.latitude, seen.longitude):
        return None
    return {"lat": seen.latitude, "lon": seen.longitude, "accuracy": seen.accuracy or 0.0}
