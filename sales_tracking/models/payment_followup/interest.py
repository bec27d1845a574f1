"""Interest on what is overdue, for each day on the balance of that day, without the ORM."""

DAYS_OF_A_YEAR = 365


def accrued(balance, rate, due, today, payments=()):
    """Interest that has accrued on an instalment, unrounded, in its currency.

    :param float balance: what is open today
    :param float rate: percent per year
    :param date due: the due date; the first day of interest is the one after it
    :param date today: the last day of interest
    :param payments: (day, amount) of what was paid of it; what was paid by the due date bears none, and what is paid on
        a day to come is open until today

    >>> from datetime import date
    >>> march = date(2026, 3, 1)
    >>> round(accrued(1000, 9, march, date(2026, 3, 31)), 2)
    7.4
    >>> paid_on_day_15 = [(date(2026, 3, 16), 400)]
    >>> round(accrued(600, 9, march, date(2026, 3, 31), paid_on_day_15), 2)
    5.92
    >>> round(accrued(0, 9, march, date(2026, 3, 16), [(date(2026, 3, 16), 1000)]), 2)
    3.7
    >>> accrued(1000, 9, march, march)
    0.0
    >>> round(accrued(600, 9, march, date(2026, 3, 31), [(date(2026, 2, 20), 400)]), 2)
    4.44
    >>> round(accrued(600, 9, march, date(2026, 3, 31), [(date(2026, 5, 30), 400)]), 2)
    7.4
    """
    pieces = [(today, balance), *payments]
    return sum(amount * rate / 100 * max((min(day, today) - due).days, 0) / DAYS_OF_A_YEAR for day, amount in pieces)
