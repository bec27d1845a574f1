"""What people are to reach in each period of a plan, for rules that pay by attainment."""

from collections import defaultdict
from datetime import date
from itertools import pairwise

from odoo.fields import Date
from odoo.tools import SQL

from .scope import Scope

Span = tuple[date, date]


def targets_statement(scope: Scope) -> SQL:
    """The statement that makes the temporary table of the targets: (metric_id, user_id, period_start, amount).

    A target of the period itself goes first. Else a longer one serves the periods that it holds by the way it spreads,
    the shortest such first; else shorter ones that fill the period together, the longest such first.
    """
    rows = [
        (metric.id, user.id, first, amount)
        for (metric, user), targets in _approved(scope).items()
        for first, last in _periods(scope)
        if (amount := _amount(targets, first, last)) is not None
    ]
    metrics, users, starts, amounts = (list(column) for column in zip(*rows, strict=True)) if rows else ([],) * 4
    return SQL(
        """CREATE TEMPORARY TABLE sales_commission_target ON COMMIT DROP AS
SELECT * FROM UNNEST(%s::int[], %s::int[], %s::date[], %s::numeric[]) target (metric_id, user_id, period_start, amount)
""",
        metrics,
        users,
        starts,
        amounts,
    )


def _approved(scope: Scope) -> dict:
    """The targets of people that may count, by metric and person."""
    metrics = scope.rules.filtered(lambda rule: rule.kind == "attainment").metric_id
    targets = scope.plan.env["sales.target"].search(
        [
            ("company_id", "=", scope.company.id),
            ("scope", "=", "person"),
            ("metric_id", "in", metrics.ids),
            ("state", "in", ("approved", "running", "closed")),
            ("date_from", "<=", scope.last),
            ("date_to", ">=", scope.first),
        ],
        order="date_from, id",
    )
    return targets.filtered(lambda target: not any(target._cut())).grouped(
        lambda target: (target.metric_id, target.user_id)
    )


def _periods(scope: Scope) -> list[Span]:
    periods, day = [], scope.first
    while day <= scope.last:
        periods.append(scope.plan._period_bounds(day))
        day = Date.add(periods[-1][1], days=1)
    return periods


def _amount(targets, first: date, last: date):
    serving = serving_spans([(target.date_from, target.date_to) for target in targets], first, last)
    if not serving:
        return None
    chosen = [target for target in targets if (target.date_from, target.date_to) in serving]
    return sum(target._amount_within(max(first, target.date_from), min(last, target.date_to)) for target in chosen)


def serving_spans(spans: list[Span], first: date, last: date) -> list[Span]:
    """Choose the spans of targets that serve the days from the first to the last; none where nothing fits.

    >>> year, march = (date(2026, 1, 1), date(2026, 12, 31)), (date(2026, 3, 1), date(2026, 3, 31))
    >>> quarter = (date(2026, 1, 1), date(2026, 3, 31))
    >>> serving_spans([year, march, quarter], *march) == [march]
    True
    >>> serving_spans([year, quarter], *march) == [quarter]
    True
    >>> months = [(date(2026, 1, 1), date(2026, 1, 31)), (date(2026, 2, 1), date(2026, 2, 28)), march]
    >>> serving_spans(months, *quarter) == months
    True
    >>> serving_spans(months[1:], *quarter)
    []
    """
    longer = [span for span in spans if span[0] <= first and last <= span[1]]
    if longer:
        return [min(longer, key=lambda span: (span[1] - span[0], span))]
    by_length = defaultdict(set)
    for span in spans:
        if first <= span[0] and span[1] <= last:
            # Months are of one length, be they of 28 days or of 31, or of four or five weeks.
            by_length[round((span[1] - span[0]).days / 7 / 4.5)].add(span)
    for _length, found in sorted(by_length.items(), reverse=True):
        parts = sorted(found)
        joined = all(Date.add(one[1], days=1) == other[0] for one, other in pairwise(parts))
        if joined and (parts[0][0], parts[-1][1]) == (first, last):
            return parts
    return []
