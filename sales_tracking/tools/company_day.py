"""A day in a company's sales time zone, in SQL."""

from odoo.tools import SQL


def company_today(now, today=None) -> SQL:
    """Today in the sales time zone of `company`, the row of res_company.

    :param datetime now: the moment (naive UTC)
    :param date today: the same day for all companies instead
    """
    if today:
        return SQL("%s::date", today)
    return SQL("(%s::timestamp AT TIME ZONE 'UTC' AT TIME ZONE company.sales_tz)::date", now)
