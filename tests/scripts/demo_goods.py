"""An order of goods in the demo company, where Inventory was installed after the demo data."""

from odoo.fields import Command


def main(env):
    company = env.ref("sales_tracking.demo_company")
    env = env(context={**env.context, "allowed_company_ids": company.ids})
    of_company = [("company_id", "=", company.id), ("state", "=", "sale")]
    before = env["sale.order"].search(of_company)
    salt = env["product.product"].create({"name": "Salt", "type": "consu"})
    order = env["sale.order"].create(
        {
            "partner_id": before[:1].partner_id.id,
            "order_line": [Command.create({"product_id": salt.id, "price_unit": 1000})],
        }
    )
    order.action_confirm()
    return {
        "orders": len(before),
        "without_warehouse": len(before.filtered(lambda order: not order.warehouse_id)),
        "shipped_from": order.picking_ids.picking_type_id.warehouse_id.mapped("name"),
    }
