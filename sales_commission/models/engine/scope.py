"""What one statement of the engine is about: a plan, rules of it, and a span of its periods."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.sales_tracking.models.analytics.period import MONTHS_PER_PERIOD

# What a plan without any rule would have looked at.
DEFAULT_BASES = ("invoiced",)
# The bases that read invoices, with their lines and their payments.
INVOICE_BASES = ("invoiced", "collected")
# Room for the remainders of divided amounts (a payment's share of an invoice) below any currency's last digit.
BASE_DIGITS = 8


@dataclass(frozen=True)
class Scope:
    """The plan, the rules that may pay, and the first and last day, which are those of periods of the plan.

    :param today: the day on which the statement runs
    :param forever: the rules hold on every day, whatever the dates of their version: a what-if
    :param decided: facts of the plan were decided on: they are read as they were known then
    :param every_column: the facts have all that is kept of them, not only what the rules ask for
    """

    plan: object
    rules: object
    first: date
    last: date
    today: date
    forever: bool = False
    decided: bool = False
    every_column: bool = False

    @property
    def company(self):
        return self.plan.company_id

    @cached_property
    def company_ids(self) -> tuple:
        """The companies whose documents pay."""
        return self.plan._companies()._ids

    @property
    def digits(self) -> int:
        return self.plan.currency_id.decimal_places

    @property
    def bases(self) -> set:
        rules = self.rules or self.plan.version_ids.rule_ids
        return set(rules.metric_id.mapped("basis")) or set(DEFAULT_BASES)

    @property
    def fact_bases(self) -> list:
        """The bases of the facts that are read: cash is a share of what was invoiced."""
        return sorted({"invoiced" if basis in INVOICE_BASES else basis for basis in self.bases})

    @property
    def sources(self) -> set:
        """By what of a document somebody earns on it: its salesperson, its team, its agent."""
        sources = {
            "team" if assignment.managed_team_id else assignment.beneficiary for assignment in self.plan.assignment_ids
        }
        return sources or {"user"}

    @property
    def kinds(self) -> set:
        return set(self.rules.mapped("kind"))

    @property
    def step(self) -> SQL:
        """From the start of a period to that of the next."""
        return SQL("INTERVAL %s", f"{MONTHS_PER_PERIOD.get(self.plan.period, 12)} months")

    def period_start(self, day: SQL) -> SQL:
        if self.plan.period != "fiscal_year":
            return SQL("DATE_TRUNC(%s, %s)::date", self.plan.period, day)
        # A fiscal year begins on the same day of each calendar year.
        start, _end = self.plan._period_bounds(self.first)
        return SQL(
            "MAKE_DATE((EXTRACT(YEAR FROM %(day)s) - ((EXTRACT(MONTH FROM %(day)s), EXTRACT(DAY FROM %(day)s))"
            " < (%(month)s, %(first)s))::int)::int, %(month)s, %(first)s)",
            day=day,
            month=start.month,
            first=start.day,
        )

    def within(self, day: SQL) -> SQL:
        return SQL("%s BETWEEN %s AND %s", day, self.first, self.last)

    def fact_domain(self) -> Domain:
        return Domain("company_id", "in", self.company_ids)
