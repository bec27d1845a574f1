"""Distances on the globe and what a position proves, without the ORM."""

from math import asin, cos, radians, sin, sqrt

EARTH_RADIUS = 6_371_000  # metres
SAME_PLACE = 1_000  # metres: nearer positions tell nothing of a speed


def distance(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Metres between two positions in degrees, along the surface (haversine).

    >>> round(distance(-6.175392, 106.827153, -6.176392, 106.827153))
    111
    >>> round(distance(-6.175392, 106.827153, -6.178392, 106.827153))
    334
    >>> round(distance(0, 179.999, 0, -179.999))
    222
    """
    phi, other_phi = radians(latitude), radians(other_latitude)
    half_chord = (
        sin((other_phi - phi) / 2) ** 2 + cos(phi) * cos(other_phi) * sin(radians(other_longitude - longitude) / 2) ** 2
    )
    return 2 * EARTH_RADIUS * asin(min(1.0, sqrt(half_chord)))


def speed(metres: float, inaccuracy: float, seconds: float) -> float | None:
    """Slowest speed in km/h at which a way was made; None where both positions may be the same place.

    :param metres: distance between the two positions
    :param inaccuracy: metres by which both positions together may be wrong
    :param seconds: time between them; two positions of one second are one second apart

    >>> round(speed(30_000, 0, 600)), round(speed(25_000, 0, 600)), round(speed(25_000, 600, 600), 1)
    (180, 150, 146.4)
    >>> speed(900, 0, 2), round(speed(9_000, 20, 0))
    (None, 32328)
    """
    certain = metres - inaccuracy
    if certain < SAME_PLACE:
        return None
    return certain / max(seconds, 1) * 3.6


def verify(metres: float | None, accuracy: float | None, radius: float) -> str:
    """What a position proves: ``verified``, ``out_of_range`` or ``unverifiable``.

    The distance decides. The accuracy that a device reports never turns a far position into a near one; but a
    position less accurate than the radius proves no presence, and proves an absence only where the whole circle of
    its accuracy is out of range.

    :param metres: distance to the customer; None without a position on either side
    :param accuracy: radius in metres of the circle in which the device believes to be; None if it does not say

    >>> verify(111, None, 200), verify(334, 15, 200), verify(200, 200, 200), verify(None, 5, 200)
    ('verified', 'out_of_range', 'verified', 'unverifiable')
    >>> verify(50, 3000, 200), verify(334, 250, 200), verify(9000, 3000, 200)
    ('unverifiable', 'unverifiable', 'out_of_range')
    """
    if metres is None:
        return "unverifiable"
    if accuracy is not None and accuracy > radius:
        return "out_of_range" if metres - accuracy > radius else "unverifiable"
    return "verified" if metres <= radius else "out_of_range"
