"""Sharing an amount so that the shares sum to it exactly, without the ORM."""

from collections.abc import Sequence
from decimal import Decimal


def share_out(total: Decimal, weights: Sequence[Decimal], digits: int) -> list[Decimal]:
    """Share an amount in proportion to weights by largest remainder; the first of equal remainders comes first.

    :param total: an amount with at most ``digits`` decimals
    :param weights: none negative, not all zero
    :param digits: decimals of the shares: those of the currency
    :return: the shares in the order of the weights; they sum to the total exactly
    :raise ValueError: where the weights can't share anything

    >>> [str(share) for share in share_out(Decimal(100000), [1, 1, 1], 2)]
    ['33333.34', '33333.33', '33333.33']
    >>> [str(share) for share in share_out(Decimal(100000), [1, 1, 1], 0)]
    ['33334', '33333', '33333']
    >>> [str(share) for share in share_out(Decimal("0.1"), [1, 1, 1], 3)]
    ['0.034', '0.033', '0.033']

    A negative amount is the mirror image.

    >>> [str(share) for share in share_out(Decimal("-100.00"), [1, 1, 1], 2)]
    ['-33.34', '-33.33', '-33.33']
    >>> [str(share) for share in share_out(Decimal("0.05"), [50, 30, 20], 2)]
    ['0.03', '0.01', '0.01']
    >>> share_out(Decimal(1), [0, 0], 2)
    Traceback (most recent call last):
        ...
    ValueError: the weights sum to zero
    """
    weights = [Decimal(weight) for weight in weights]
    if any(weight < 0 for weight in weights):
        raise ValueError("a weight is negative")
    if not sum(weights):
        raise ValueError("the weights sum to zero")
    sign = -1 if total < 0 else 1
    units = int(abs(total).scaleb(digits))
    quotas = [units * weight / sum(weights) for weight in weights]
    shares = [int(quota) for quota in quotas]
    by_remainder = sorted(range(len(quotas)), key=lambda index: shares[index] - quotas[index])
    for index in by_remainder[: units - sum(shares)]:
        shares[index] += 1
    return [sign * Decimal(share).scaleb(-digits) for share in shares]
