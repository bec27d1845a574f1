"""What of the suite reads other applications, after one of them was removed; what can't be read raises."""

from odoo import fields
from odoo.fields import Command


def main(env, module):
    assert env["ir.module.module"]._get(module).state != "installed"
    achievements = env["sales.achievement"]
    by_basis = dict(achievements._read_group([], ["basis"], ["__count"]))
    entries = env["sales.commission.entry"].search([])
    before = sum(entries.mapped("amount"))
    for plan in env["sales.commission.plan"].search([("state", "=", "approved")]):
        plan.action_compute(fields.Date.context_today(plan))
    after = sum(env["sales.commission.entry"].search([]).mapped("amount"))
    salt = env["product.product"].create({"name": "Salt", "type": "consu"})
    order = env["sale.order"].create(
        {
            "partner_id": env["res.partner"].create({"name": f"After {module}"}).id,
            "order_line": [Command.create({"product_id": salt.id, "price_unit": 1})],
        }
    )
    order.action_confirm()
    env["sales.interaction"].action_backfill()
    return {
        "facts": sorted(by_basis),
        "names": entries.mapped("document_name"),
        "changed_pay": round(after - before, 2),
        "confirmed": order.state,
    }
