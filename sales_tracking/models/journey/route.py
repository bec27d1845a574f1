"""The order in which places are visited, without the ORM."""

from math import cos, hypot, radians

from ..visit.geography import EARTH_RADIUS

MOST_ROUNDS = 30  # of improvement; a day's route is settled after a few

Place = tuple[float, float]


def shortest_route(start: Place | None, places: list[Place | None]) -> list[int]:
    """The order in which the places are visited from the start: the nearest next, then improved by 2-opt.

    :param start: (latitude, longitude) in degrees; None: the route begins at the first place
    :param places: likewise; those without a position come last, as they were given
    :return: indices of the places

    >>> shortest_route((0, 0), [(0, 3), (0, 1), None, (0, 2)])
    [1, 3, 0, 2]
    >>> shortest_route(None, [(0, 3), (0, 1), (0, 2)])
    [0, 2, 1]

    The nearest next alone would cross its own way: 0, 1, -2, 4 along a line is longer than 0, -2, 1, 4.

    >>> shortest_route((0, 0), [(0, 1), (0, -2), (0, 4)])
    [1, 0, 2]
    >>> shortest_route((0, 0), [])
    []
    """
    known = [index for index, place in enumerate(places) if place]
    unknown = [index for index, place in enumerate(places) if not place]
    if not known:
        return unknown
    points = _flat([start or places[known[0]], *(places[index] for index in known)])
    route = _improved(points, _nearest_next(points))
    return [known[point - 1] for point in route[1:]] + unknown


def length(start: Place | None, places: list[Place | None]) -> float:
    """Metres of the way from the start over the places that have a position, as the crow flies.

    >>> round(length((0, 0), [(0, 1), None, (0, 3)]) / 1000)
    334
    """
    points = _flat([place for place in (start, *places) if place])
    return sum(_metres(points[number], points[number + 1]) for number in range(len(points) - 1))


def _flat(places: list[Place]) -> list[tuple[float, float]]:
    """The places as metres on a plane that touches the globe at the first one: exact enough for a day's travel."""
    if not places:
        return []
    latitude, longitude = places[0]
    shrink = cos(radians(latitude))
    return [
        (
            radians((other_longitude - longitude + 180) % 360 - 180) * shrink * EARTH_RADIUS,
            radians(other_latitude - latitude) * EARTH_RADIUS,
        )
        for other_latitude, other_longitude in places
    ]


def _metres(point, other):
    return hypot(point[0] - other[0], point[1] - other[1])


def _nearest_next(points):
    route, left = [0], list(range(1, len(points)))
    while left:
        nearest = min(left, key=lambda index: (_metres(points[route[-1]], points[index]), index))
        left.remove(nearest)
        route.append(nearest)
    return route


def _improved(points, route):
    """Turn parts of the route around as long as that makes it shorter; its first point stays."""
    for _round in range(MOST_ROUNDS):
        is_shorter = False
        for first in range(1, len(route) - 1):
            for last in range(first + 1, len(route)):
                if _gain(points, route, first, last) > 0.001:
                    route[first : last + 1] = reversed(route[first : last + 1])
                    is_shorter = True
        if not is_shorter:
            break
    return route


def _gain(points, route, first, last):
    """Metres that are saved by turning around the part from one position of the route to another."""
    before, begin, end = points[route[first - 1]], points[route[first]], points[route[last]]
    gain = _metres(before, begin) - _metres(before, end)
    if last + 1 < len(route):
        after = points[route[last + 1]]
        gain += _metres(end, after) - _metres(begin, after)
    return gain
