"""The hours of a day's visits, without the ORM."""

from collections import deque
from datetime import datetime, timedelta
from typing import NamedTuple

from ..visit.geography import distance
from .route import Place, shortest_route

SPEED = 30  # km/h between two customers, in a city
SHORTEST_WAY = timedelta(minutes=10)


class Call(NamedTuple):
    """A visit of the day.

    :ivar opens: hour of the day from which the customer wants to be visited, as a number; None: any
    """

    key: int
    hours: float
    place: Place | None = None
    opens: float | None = None


def timetable(start: Place | None, calls: list[Call], begin: datetime) -> list[tuple[int, datetime]]:
    """The visits of a day in their order, each with the moment at which it begins, all on that day.

    The order is the shortest way from the start; those with a usual time come when it has come.

    :param begin: when the work begins, in the clock of the person's day
    :return: (key, moment) in the order of the route

    >>> calls = [Call(1, 1, (0, 0.1)), Call(2, 1, (0, 0.01)), Call(3, 0.5, (0, 0.2), opens=10)]
    >>> [(key, f"{moment:%H:%M}") for key, moment in timetable((0, 0), calls, datetime(2026, 3, 2, 8))]
    [(2, '08:10'), (3, '10:00'), (1, '10:52')]
    >>> [(key, f"{moment:%H:%M}") for key, moment in timetable(None, calls[2:], datetime(2026, 3, 2, 8))]
    [(3, '10:00')]
    """
    by_distance = [call for call in calls if call.opens is None]
    route = deque(by_distance[index] for index in shortest_route(start, [call.place for call in by_distance]))
    by_hour = deque(sorted((call for call in calls if call.opens is not None), key=lambda call: call.opens))
    midnight = begin.replace(hour=0, minute=0, second=0, microsecond=0)
    latest = midnight + timedelta(hours=23)
    result, now, place = [], begin, start
    while route or by_hour:
        opens = midnight + timedelta(hours=by_hour[0].opens) if by_hour else None
        if route and (not opens or now + _way(place, route[0].place) + timedelta(hours=route[0].hours) <= opens):
            call = route.popleft()
            now += _way(place, call.place)
        else:
            call = by_hour.popleft()
            now = max(now + _way(place, call.place), opens)
        now = min(now, latest)
        result.append((call.key, now))
        now += timedelta(hours=call.hours)
        place = call.place or place
    return result


def _way(place, other):
    """The time between two customers, to the minute."""
    if not place or not other:
        return SHORTEST_WAY if place or other else timedelta()
    hours = distance(*place, *other) / 1000 / SPEED
    return max(timedelta(minutes=round(hours * 60)), SHORTEST_WAY)
