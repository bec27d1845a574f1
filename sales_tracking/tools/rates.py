"""Amounts in another currency, in SQL."""

from odoo.tools import SQL


def converted(amount: SQL, currency: SQL, day: SQL) -> SQL:
    """An amount in the currency of `company`, the row of res_company, unrounded, at the rates that core takes.

    :param amount: in `currency`, an id
    :param day: the day of the rates
    """
    own = SQL("company.currency_id")
    return SQL(
        "CASE WHEN %(currency)s = %(own)s THEN %(amount)s ELSE %(amount)s * %(own_rate)s / %(rate)s END",
        currency=currency,
        own=own,
        amount=amount,
        own_rate=_rate(own, day),
        rate=_rate(currency, day),
    )


def _rate(currency, day):
    """The rate of the day or the last before it, else the first; the head company's goes before a shared one."""
    return SQL(
        """COALESCE((
            SELECT rate.rate FROM res_currency_rate rate
            WHERE rate.currency_id = %(currency)s
                AND (rate.company_id IS NULL OR rate.company_id = SPLIT_PART(company.parent_path, '/', 1)::int)
            ORDER BY rate.name > %(day)s, rate.company_id,
                CASE WHEN rate.name > %(day)s THEN rate.name END, rate.name DESC
            LIMIT 1
        ), 1)""",
        currency=currency,
        day=day,
    )
