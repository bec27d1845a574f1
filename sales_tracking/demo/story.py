import random
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from odoo import models
from odoo.api import Environment
from odoo.tools import SQL

from . import seasons

TIME_ZONE = "Asia/Jakarta"
QUIET = {
    "tracking_disable": True,
    "mail_create_nosubscribe": True,
    "mail_activity_quick_update": True,
    "no_reset_password": True,
}


@dataclass
class Story:
    """What the chapters of the story share: the company, its people and goods, chance and the calendar."""

    env: Environment
    rng: random.Random
    company: models.BaseModel = None
    teams: dict = field(default_factory=dict)
    users: dict = field(default_factory=dict)
    products: dict = field(default_factory=dict)
    pricelists: dict = field(default_factory=dict)
    customers: list = field(default_factory=list)

    def __post_init__(self):
        self.env = self.env(context={**self.env.context, **QUIET, "lang": "en_US", "tz": TIME_ZONE})
        self.now = datetime.now(timezone.utc).replace(tzinfo=None, microsecond=0)
        self.today = datetime.now(ZoneInfo(TIME_ZONE)).date()

    def enter_company(self, company):
        """Go on as the given company: what is created from here on is its own."""
        self.env = self.env(context={**self.env.context, "allowed_company_ids": company.ids})
        self.company = self.env["res.company"].browse(company.id)

    def create_named(self, model, values_by_name):
        """Records with the external ids ``sales_tracking.<name>``.

        :param dict[str, dict] values_by_name: field values by external id
        :return: record by external id
        :rtype: dict
        """
        records = self.env[model]._load_records(
            [
                {"xml_id": f"sales_tracking.{name}", "values": values, "noupdate": True}
                for name, values in values_by_name.items()
            ]
        )
        return dict(zip(values_by_name, records, strict=True))

    def day_before(self, days):
        return self.today - timedelta(days=days)

    def busy_days(self, count, first, last):
        """Days from first to last, in order, more of them where the business is busy."""
        days = seasons.days_between(first, last)
        weights = [seasons.weight(day, self.today) for day in days]
        return sorted(self.rng.choices(days, weights, k=count))

    def working_day(self, day):
        """The day itself, or the Friday before a weekend."""
        return day - timedelta(days=max(day.weekday() - 4, 0))

    def moment(self, day, after=None):
        """A moment (naive UTC) in the office hours of the day in Jakarta, after the given moment and before now."""
        office = datetime.combine(day, time(8), ZoneInfo(TIME_ZONE)).astimezone(timezone.utc).replace(tzinfo=None)
        moment = office + timedelta(seconds=self.rng.randrange(9 * 3600))
        if moment >= self.now:
            midnight = office - timedelta(hours=8)
            moment = midnight + (self.now - midnight) * self.rng.uniform(0.5, 0.95)
        if after and moment <= after:
            moment = after + min(timedelta(minutes=30), (self.now - after) / 2)
        return moment.replace(microsecond=0)

    def day_of(self, moment):
        """The day in Jakarta on which the moment (naive UTC) falls."""
        return moment.replace(tzinfo=timezone.utc).astimezone(ZoneInfo(TIME_ZONE)).date()

    def backdate(self, records, moments):
        """Set create_date, which the ORM fills in itself and does not let one write; hence the SQL."""
        records.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE %s AS record SET create_date = past.moment"
                " FROM unnest(%s::int[], %s::timestamp[]) AS past(id, moment) WHERE record.id = past.id",
                SQL.identifier(records._table),
                records.ids,
                list(moments),
            )
        )
        records.invalidate_recordset(["create_date"])
        records.modified(["create_date"])


def money(amount: float, step: int = 500_000) -> int:
    """An estimate as people write it: rounded to a step.

    >>> money(12_345_678)
    12500000
    """
    return round(amount / step) * step
