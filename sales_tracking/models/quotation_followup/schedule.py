"""Which steps of a cadence are due on a day, without the ORM."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Step:
    """A step of a cadence on one quotation that was neither taken nor skipped, and the day on which it falls."""

    id: int
    action: str
    day: date
    sequence: int = 0

    @property
    def rank(self):
        return self.day, self.sequence, self.id


def due_steps(steps, today):
    """What to do today: of each action the highest step reached, since nobody wants last week's reminder as well.

    :param list[Step] steps: the steps that are left
    :return: the steps to take and the steps to skip, in order
    :rtype: tuple[list[Step], list[Step]]

    >>> first, second = Step(1, "mail", date(2026, 3, 4)), Step(2, "mail", date(2026, 3, 8))
    >>> call, last = Step(3, "activity", date(2026, 3, 11)), Step(4, "mail", date(2026, 3, 29))
    >>> steps = [last, call, second, first]
    >>> due_steps(steps, date(2026, 3, 3))
    ([], [])
    >>> due_steps(steps, date(2026, 3, 4)) == ([first], [])
    True
    >>> due_steps(steps, date(2026, 3, 12)) == ([second, call], [first])
    True
    """
    reached = sorted((step for step in steps if step.day <= today), key=lambda step: step.rank)
    highest = {step.action: step for step in reached}
    return list(highest.values()), [step for step in reached if step != highest[step.action]]
