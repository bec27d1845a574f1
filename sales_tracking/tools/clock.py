"""The clock of the jobs: who calls one does not set it."""

from datetime import date

from odoo.exceptions import AccessError
from odoo.tools import format_date

from .arguments import given_day


class JobDay(date):
    """The day as of which code works, passed on in its context: no caller over RPC can bring one."""

    @classmethod
    def of(cls, day):
        return cls(day.year, day.month, day.day)


def job_day(env, today):
    """The day that the caller of a job names for it, as code that runs as superuser may (other jobs, tests, a shell).

    :param today: a date, its ISO text, or nothing
    :return: the date, or None: today in each company's time zone
    :raise UserError: it is no day
    :raise AccessError: from anyone else, for a day that is today in none of the allowed companies
    """
    day = given_day(env, today)
    if not day or env.su:
        return day
    days = {company._sales_today() for company in env.companies}
    if day not in days:
        raise AccessError(
            env._(
                "This runs as of today, %(today)s, and can't be run as of %(day)s: leave the day out.",
                today=format_date(env, max(days)),
                day=format_date(env, day),
            )
        )
    return None


def context_day(env, key):
    """The day that code put into the context, or None; what a caller put there is no day."""
    day = env.context.get(key)
    return day if isinstance(day, JobDay) else None
