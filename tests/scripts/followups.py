"""Quotations sent three days ago, a customer for each, with a cadence that mails on day 3; returns their ids."""

from odoo import fields
from odoo.fields import Command


def main(env, count):
    company = env.ref("base.main_company")
    company.quotation_followup_hour = 0
    env = env(context={**env.context, "allowed_company_ids": company.ids})
    team = env["crm.team"].create({"name": "Followed Up", "company_id": company.id})
    template = env.ref("sales_tracking.mail_template_quotation_reminder")
    env["sales.quotation.cadence"].create(
        {
            "name": "Day 3",
            "company_id": company.id,
            "team_ids": [Command.set(team.ids)],
            "step_ids": [Command.create({"days": 3, "template_id": template.id})],
        }
    )
    customers = env["res.partner"].create(
        [{"name": f"Toko Kenanga {number}", "email": f"kenanga{number}@example.com"} for number in range(count)]
    )
    quotations = env["sale.order"].create(
        [{"partner_id": customer.id, "team_id": team.id, "user_id": env.uid} for customer in customers]
    )
    quotations.action_quotation_sent()
    quotations.followup_sent_at = fields.Datetime.subtract(fields.Datetime.now(), days=3)
    return quotations.ids
