"""Buckets of an aging analysis, without the ORM."""

# Key of the bucket, and the last day overdue that is in it; the last bucket has no end.
BUCKETS = (
    ("not_due", 0),
    ("d1_30", 30),
    ("d31_60", 60),
    ("d61_90", 90),
    ("d91_120", 120),
    ("d120_plus", None),
)
KEYS = tuple(key for key, _last in BUCKETS)


def bucket_of(days_overdue: int) -> str:
    """The bucket of what is so many days after its due date; due today is not overdue.

    >>> [bucket_of(days) for days in (-5, 0, 1, 30, 31, 60, 90, 91, 120, 121, 4000)]
    ['not_due', 'not_due', 'd1_30', 'd1_30', 'd31_60', 'd31_60', 'd61_90', 'd91_120', 'd91_120', 'd120_plus', 'd120_plus']
    """
    return next(key for key, last in BUCKETS if last is None or days_overdue <= last)
