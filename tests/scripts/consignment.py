"""Goods that lie with a customer: 100 sent, 30 reported sold, 20 taken back; pepper costs 60 and sells at 100."""

from odoo import fields
from odoo.fields import Command


def main(env):
    env = env(user=env.ref("base.user_admin"))
    for group in ("stock.group_stock_manager", "account.group_account_manager", "sales_team.group_sale_manager"):
        env.user.sudo().group_ids |= env.ref(group)
    company = env.company
    category = env["product.category"].create({"name": "Valued", "property_cost_method": "average"})
    pepper = env["product.product"].create(
        {
            "name": "Consigned Pepper",
            "default_code": "PEPPER",
            "type": "consu",
            "is_storable": True,
            "categ_id": category.id,
            "list_price": 100,
            "standard_price": 60,
            "taxes_id": [],
        }
    )
    warehouse = env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
    env["stock.quant"]._update_available_quantity(pepper, warehouse.lot_stock_id, 150)
    salesperson = env["res.users"].create(
        {
            "login": "consigner",
            "name": "Consigner",
            "group_ids": [Command.link(env.ref("sales_team.group_sale_salesman").id)],
        }
    )
    consignment = env["sales.consignment"].create(
        {
            "partner_id": env["res.partner"].create({"name": "Toko Melati", "is_company": True}).id,
            "user_id": salesperson.id,
        }
    )
    before = facts(env, pepper)
    move(env, consignment.action_ship(), pepper, 100)
    seen = {"sent": {"there": consignment.quantity, "facts": facts(env, pepper), "orders": before}}
    # Where it is still yesterday while the day begins in UTC.
    zone, company.sales_tz = company.sales_tz, "America/Los_Angeles"
    report = env["sales.consignment.report"].create(
        {
            "consignment_id": consignment.id,
            "date": fields.Date.context_today(company),
            "line_ids": [Command.create({"product_id": pepper.id, "quantity": 130})],
        }
    )
    try:
        report.action_confirm()
    except Exception as error:
        seen["too_many"] = str(error)
    report.line_ids.quantity = 30
    report.action_confirm()
    move(env, consignment.action_return(), pepper, 20)
    consignment.invalidate_recordset()
    order = report.order_id
    plan = commission(env, company, salesperson)
    ordered = env["sales.achievement"].search([("basis", "=", "ordered"), ("product_id", "=", pepper.id)])
    seen["ordered_on"] = [str(day) for day in ordered.mapped("day")]
    company.sales_tz = zone
    return {
        **seen,
        "there": consignment.quantity,
        "value": consignment.value,
        "in_warehouse": pepper.with_context(location=warehouse.lot_stock_id.id).qty_available,
        "facts": facts(env, pepper),
        "delivered": order.order_line.qty_delivered,
        "other_transfers": len(order.picking_ids.filtered(lambda picking: picking.state not in ("done", "cancel"))),
        "invoice": [order.invoice_ids.state, order.invoice_ids.amount_untaxed, str(order.invoice_ids.invoice_date)],
        "today": str(fields.Date.context_today(company)),
        "commission": sum(plan.mapped("amount")),
    }


def move(env, action, product, quantity):
    """Fill the transfer that the action opens, and do it."""
    transfer = env["stock.picking"].browse(action["res_id"])
    transfer.move_ids = [
        Command.create(
            {
                "product_id": product.id,
                "product_uom_qty": quantity,
                "product_uom": product.uom_id.id,
                "location_id": transfer.location_id.id,
                "location_dest_id": transfer.location_dest_id.id,
            }
        )
    ]
    transfer.action_confirm()
    transfer.action_assign()
    transfer.move_ids.quantity = quantity
    transfer.move_ids.picked = True
    transfer.button_validate()
    assert transfer.state == "done", transfer.state


def facts(env, product):
    groups = env["sales.achievement"]._read_group(
        [("product_id", "=", product.id)], ["basis"], ["quantity:sum", "amount:sum"]
    )
    return {basis: [quantity, amount] for basis, quantity, amount in groups}


def commission(env, company, salesperson):
    first = fields.Date.context_today(company).replace(day=1)
    plan = env["sales.commission.plan"].create(
        {
            "name": "Consignment",
            "company_id": company.id,
            "version_ids": [
                Command.create(
                    {
                        "date_from": first,
                        "rule_ids": [
                            Command.create(
                                {
                                    "name": "Invoiced",
                                    "metric_id": env.ref("sales_tracking.metric_invoiced").id,
                                    "kind": "percent",
                                    "rate": 0.1,
                                }
                            )
                        ],
                    }
                )
            ],
            "assignment_ids": [Command.create({"user_id": salesperson.id, "date_from": first})],
        }
    )
    plan.version_ids.action_approve()
    plan.action_compute(fields.Date.context_today(company))
    return env["sales.commission.entry"].search([("plan_id", "=", plan.id)])
