"""A person with invoices in this month and the two before it, and an approved plan that pays 10 % of them."""

from odoo import fields
from odoo.fields import Command

MONTHS = 3


def main(env, invoices_per_month):
    company = env.ref("base.main_company")
    env = env(context={**env.context, "allowed_company_ids": company.ids})
    number = env["sales.commission.plan"].search_count([])
    earner = env["res.users"].create({"login": f"earner{number}", "name": "Earner", "tz": "UTC"})
    customer = env["res.partner"].create({"name": "Toko Kenanga"})
    first = company._sales_today().replace(day=1)
    days = [fields.Date.subtract(first, months=back) for back in range(MONTHS)]
    prices = [100 * (index + 1) for index in range(invoices_per_month)]
    env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": customer.id,
                "invoice_date": day,
                "invoice_user_id": earner.id,
                "invoice_line_ids": [Command.create({"name": "Pepper", "price_unit": price, "tax_ids": []})],
            }
            for day in days
            for price in prices
        ]
    ).action_post()
    rule = {
        "name": "Invoiced",
        "metric_id": env.ref("sales_tracking.metric_invoiced").id,
        "rate": 0.1,
    }
    plan = env["sales.commission.plan"].create(
        {
            "name": "Earners",
            "version_ids": [Command.create({"date_from": days[-1], "rule_ids": [Command.create(rule)]})],
            "assignment_ids": [Command.create({"user_id": earner.id, "date_from": days[-1]})],
        }
    )
    plan.version_ids.action_approve()
    return {"plan": plan.id, "user": earner.id, "days": list(map(str, days)), "amount": MONTHS * sum(prices) / 10}
