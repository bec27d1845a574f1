"""A lead with mails of its customer from before the installation, and a capture of them that is running."""

from odoo import fields
from odoo.tools import SQL


def main(env, mails):
    company = env.ref("base.main_company")
    customer = env["res.partner"].create({"name": "Warung Melati", "email": "melati@example.com"})
    lead = env["crm.lead"].create({"name": "Pepper", "partner_id": customer.id, "company_id": company.id})
    # Past the ORM, which would record them at once.
    env.cr.execute(
        SQL(
            """INSERT INTO mail_message (model, res_id, message_type, subtype_id, author_id, email_from, date)
            SELECT 'crm.lead', %s, 'email', %s, %s, 'melati@example.com', now() - n * interval '1 minute'
            FROM generate_series(1, %s) AS n""",
            lead.id,
            env.ref("mail.mt_comment").id,
            customer.id,
            mails,
        )
    )
    # The server's own job leaves it alone: it is due after an installation, and action_start would call it.
    job = env.ref("sales_tracking.cron_sales_interaction_backfill")
    job.nextcall = fields.Datetime.add(fields.Datetime.now(), days=1)
    backfill = env["sales.interaction.backfill"].create({"company_id": company.id})
    backfill.write({"state": "running", "source": "mail.message", "total": mails})
    return {"lead": lead.id, "backfill": backfill.id}
