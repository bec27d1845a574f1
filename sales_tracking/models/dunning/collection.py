"""How well money is collected, without the ORM: days sales outstanding, effectiveness, payment score."""

from collections.abc import Iterable


def countback(receivable: float, months: Iterable[tuple[float, int]]) -> list[tuple[float, int]] | None:
    """Days sales outstanding by countback: the months whose sales the receivable is made of, the latest first.

    :param receivable: what is owed at the end of the latest month
    :param months: sales and number of days of each month, the latest first
    :return: share of each month's sales that is still owed, with the days of the month; None where more is owed than
        was sold in all of them

    >>> steps = countback(150, [(100, 31), (80, 28), (90, 31)])
    >>> steps, days_outstanding(steps)
    ([(1.0, 31), (0.625, 28)], 48.5)

    A month without sales passes in full; who is owed nothing waits no day.

    >>> countback(150, [(0, 31), (300, 28)])
    [(1.0, 31), (0.5, 28)]
    >>> countback(-20, [(100, 31)])
    []
    >>> countback(150, [(100, 31)]) is None
    True
    """
    steps = []
    for sales, days in months:
        if receivable <= 0:
            return steps
        share = min(receivable / sales, 1.0) if sales > 0 else 1.0
        steps.append((share, days))
        receivable -= max(sales, 0)
    return None if receivable > 0 else steps


def days_outstanding(steps: list[tuple[float, int]]) -> float:
    return sum(share * days for share, days in steps)


def effectiveness(opening: float, sales: float, closing: float, not_due: float) -> float | None:
    """Collection effectiveness: what was collected of what could be, as a fraction; None where nothing could be.

    (opening + sales − closing) ÷ (opening + sales − not due): 1 means that nothing is overdue at the end.

    >>> effectiveness(100, 50, 80, 60)
    0.7777777777777778
    >>> effectiveness(100, 50, 60, 60)
    1.0
    >>> effectiveness(0, 50, 50, 50) is None
    True
    """
    due = opening + sales - not_due
    return (opening + sales - closing) / due if due > 0 else None
