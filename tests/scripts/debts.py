"""Customers that owe since 2026-01-01, whose company mails reminders; returns the ids of the customers."""

from odoo.fields import Command


def main(env, count):
    company = env.ref("base.main_company")
    company.write({"dunning_automatic": True, "dunning_hour": 0})
    env = env(context={**env.context, "allowed_company_ids": company.ids})
    template = env.ref("sales_tracking.mail_template_dunning_reminder")
    policy = env["sales.dunning.policy"].create(
        {
            "name": "One mail",
            "company_id": company.id,
            "level_ids": [
                Command.create({"name": "Reminder", "delay": 7, "template_id": template.id, "attach_invoices": False})
            ],
        }
    )
    customers = env["res.partner"].create(
        [{"name": f"Debtor {number}", "email": f"debtor{number}@example.com"} for number in range(count)]
    )
    env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": customer.id,
                "invoice_date": "2026-01-01",
                "invoice_date_due": "2026-01-01",
                "dunning_policy_id": policy.id,
                "invoice_line_ids": [Command.create({"name": "Pepper", "price_unit": 700, "tax_ids": []})],
            }
            for customer in customers
        ]
    ).action_post()
    return customers.ids
