"""How many SQL statements it takes to confirm an ordinary order, once everything is loaded; nothing is left behind."""

from odoo.fields import Command


def main(env):
    salt = env["product.product"].create({"name": "Salt", "type": "consu"})
    customer = env["res.partner"].create({"name": "Ordinary Customer"})
    orders = env["sale.order"].create(
        [
            {
                "partner_id": customer.id,
                "order_line": [Command.create({"product_id": salt.id, "price_unit": 10}) for _line in range(3)],
            }
            for _order in range(3)
        ]
    )
    statements = []
    for order in orders:
        env.flush_all()
        env.invalidate_all()
        before = env.cr.sql_log_count
        order.action_confirm()
        env.flush_all()
        env.cr.precommit.run()
        statements.append(env.cr.sql_log_count - before)
    env.cr.rollback()
    return statements[-1]
