"""What counts as a place on Earth: evidence says where it was taken, or says nothing."""


def is_somewhere(lat: float, lon: float) -> bool:
    """Whether degrees of latitude and longitude (WGS 84) tell a place.

    0°, 0° tells none: it is open sea, and what a device without a fix writes.
    """
    return abs(lat) <= 90 and abs(lon) <= 180 and (lat, lon) != (0, 0)
