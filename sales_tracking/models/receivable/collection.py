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


# Grade, and the weighted days late up to which it is given; whoever is later gets the last grade.
GRADES = (("A", 3), ("B", 10), ("C", 20), ("D", 45))
LAST_GRADE = "E"


def payment_score(paid: float, late_amount_days: float, overdue: float, overdue_amount_days: float) -> str | None:
    """The grade of a customer: days late, weighted with amounts, of what was paid and of what is overdue now.

    (Σ paid × days late + Σ overdue × days overdue) ÷ (paid + overdue); what was paid early counts as paid in time.

    :param paid: what was paid within the last 12 months
    :param late_amount_days: each payment × its days after the due date, at least 0
    :param overdue_amount_days: each overdue instalment × its days overdue
    :return: A to E, None without history

    >>> payment_score(1000, 0, 0, 0), payment_score(1000, 3500, 0, 0), payment_score(1000, 20000, 0, 0)
    ('A', 'B', 'C')

    Whoever pays in time but has stopped paying: (1,000 × 0 + 1,000 × 90) ÷ 2,000 = 45 days.

    >>> payment_score(1000, 0, 1000, 90000), payment_score(0, 0, 1000, 46000), payment_score(0, 0, 0, 0)
    ('D', 'E', None)
    """
    amount = paid + overdue
    if amount <= 0:
        return None
    days = (late_amount_days + overdue_amount_days) / amount
    return next((grade for grade, limit in GRADES if days <= limit), LAST_GRADE)
