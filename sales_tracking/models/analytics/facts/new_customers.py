"""Facts of new customers."""

from odoo.tools import SQL

from .basis import Basis, register
from .branch import Scope, branches_by_share, on_local_days
from .orders import ORDER_COLUMNS, ORDER_RATE, ORDER_READS, ORDER_SPLITS


def new_customer(scope: Scope) -> list[SQL]:
    """The first confirmed order of a customer in a company."""
    return branches_by_share(
        "new_customer",
        [SQL("sale.id")],
        {**ORDER_COLUMNS, "amount": SQL("sale.amount_untaxed / %s", ORDER_RATE)},
        SQL("""sale_order sale
            JOIN res_company company ON company.id = sale.company_id
            JOIN res_partner partner ON partner.id = sale.partner_id"""),
        SQL(
            """sale.state = 'sale' AND %s AND NOT EXISTS (
                SELECT
                FROM res_partner contact
                JOIN sale_order earlier ON earlier.partner_id = contact.id
                WHERE contact.commercial_partner_id = partner.commercial_partner_id
                    AND earlier.company_id = sale.company_id
                    AND earlier.state = 'sale'
                    AND (earlier.date_order, earlier.id) < (sale.date_order, sale.id)
            )""",
            on_local_days(SQL("sale.date_order"), scope),
        ),
        splits=ORDER_SPLITS,
        split_key=SQL("sale.id"),
        scope=scope,
    )


register(
    Basis(
        name="new_customer",
        code=4,
        label="New Customers",
        branches=new_customer,
        reads={**ORDER_READS, "sale.order": (*ORDER_READS["sale.order"], "amount_untaxed")},
        rate_of="sale.order",
    )
)
