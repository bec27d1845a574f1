"""Name the buckets of days overdue."""

# Values that sort as the buckets do, since pivots and graphs show them in the order of the values.
BUCKETS = [
    ("0", "Not Due"),
    ("1", "1–30 Days"),
    ("2", "31–60 Days"),
    ("3", "61–90 Days"),
    ("4", "91–120 Days"),
    ("5", "Over 120 Days"),
]
# What the buckets are called in `get_aging`.
BUCKET_KEYS = {"0": "not_due", "1": "d1_30", "2": "d31_60", "3": "d61_90", "4": "d91_120", "5": "d120_plus"}
# The last day overdue that is in the bucket; the last bucket has no end.
LAST_DAYS = [0, 30, 60, 90, 120]
