"""A reminder by text message alone; returns the messages in the queue for the customer, and the level's name."""

from odoo.fields import Command


def main(env):
    company = env.ref("base.main_company")
    env = env(context={**env.context, "allowed_company_ids": company.ids})
    policy = env["sales.dunning.policy"].create(
        {
            "name": "By telephone",
            "company_id": company.id,
            "level_ids": [
                Command.create(
                    {"name": "Text", "delay": 7, "send_mail": False, "send_sms": True, "text": "Please pay invoice."}
                )
            ],
        }
    )
    customer = env["res.partner"].create({"name": "Debtor", "phone": "+14155550123"})
    invoice = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": customer.id,
            "invoice_date": "2026-01-01",
            "invoice_date_due": "2026-01-01",
            "dunning_policy_id": policy.id,
            "invoice_line_ids": [Command.create({"name": "Pepper", "price_unit": 700, "tax_ids": []})],
        }
    )
    invoice.action_post()
    counts = env["sales.dunning.account"].run("2026-01-08")
    texts = env["sms.sms"].search([("partner_id", "=", customer.id)])
    return {"sent": counts["sent"], "texts": texts.mapped("body"), "numbers": texts.mapped("number")}
