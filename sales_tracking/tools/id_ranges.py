"""Ids in the address of a download, short enough for thousands of them: neighbours are written as a range."""

MOST_IDS = 100_000


def to_text(ids: list[int]) -> str:
    """
    >>> to_text([7, 3, 1, 2, 9])
    '1-3,7,9'
    """
    ranges = []
    for each in sorted(set(ids)):
        if ranges and each == ranges[-1][1] + 1:
            ranges[-1][1] = each
        else:
            ranges.append([each, each])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in ranges)


def from_text(text: str) -> list[int]:
    """
    >>> from_text("1-3,7")
    [1, 2, 3, 7]

    :raise ValueError: for anything else than numbers and ranges, or more ids than anyone downloads at once
    """
    ids = []
    for part in text.split(","):
        first, __, last = part.partition("-")
        if not all(each.isascii() and each.isdigit() and len(each) < 10 for each in (first, last or first)):
            raise ValueError(text)
        numbers = range(int(first), int(last or first) + 1)
        if len(ids) + len(numbers) > MOST_IDS:
            raise ValueError(text)
        ids += numbers
    return ids
