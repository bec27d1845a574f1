"""Settings of a company that decide figures, as they were on a day: what was decided does not move with them."""

from odoo.tools import SQL

# Fields of res.company of which sales.company.setting keeps the values until a day.
DATED = ("money_account_ids", "sales_commission_down_payment", "sales_commission_write_off_is_cash")
# What a query with these settings reads, to be flushed before it is run.
SOURCES = {"res.company": list(DATED), "sales.company.setting": ["company_id", "date_to", *DATED]}


def setting_on(name: str, company: SQL, day: SQL) -> SQL:
    """The value of a setting that holds for the day; the one of today where the day is not known.

    :param company: the id of the company
    """
    return SQL(
        """COALESCE(
            (
                SELECT earlier.%(name)s FROM sales_company_setting earlier
                WHERE earlier.company_id = %(company)s AND earlier.date_to >= %(day)s
                ORDER BY earlier.date_to LIMIT 1
            ),
            (SELECT %(name)s FROM res_company WHERE id = %(company)s)
        )""",
        name=SQL.identifier(name),
        company=company,
        day=day,
    )


def money_accounts_on(company: SQL, day: SQL) -> SQL:
    """The ids of the accounts that count as money besides on the day, as an array."""
    return SQL(
        """COALESCE(
            (
                SELECT ARRAY(
                    SELECT account_id FROM sales_company_setting_account_rel WHERE setting_id = earlier.id
                )
                FROM sales_company_setting earlier
                WHERE earlier.company_id = %(company)s AND earlier.date_to >= %(day)s
                ORDER BY earlier.date_to LIMIT 1
            ),
            ARRAY(SELECT account_id FROM res_company_money_account_rel WHERE company_id = %(company)s)
        )""",
        company=company,
        day=day,
    )
