from datetime import datetime, timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tools import SQL

from ..common import SalesTrackingCommon

# A Monday, 10:00 in Jakarta.
SENT = datetime(2026, 3, 2, 3, 0)


class QuotationFollowupCommon(SalesTrackingCommon):
    """A cadence of two mails, an activity and a mail before the expiry; day 0 is 2 March 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["sales.quotation.cadence"].search([]).active = False
        cls.env["sale.order"].search([("state", "=", "sent")])._action_cancel()
        cls.contact.email = "melati@example.com"
        cls.template_3, cls.template_7, cls.template_expiry = (
            cls._template(name) for name in ("Any questions?", "Still there?", "Expires soon")
        )
        cls.cadence = cls._cadence("Standard")
        cls.step_3, cls.step_7, cls.step_10, cls.step_expiry = cls.cadence.step_ids

    @classmethod
    def _template(cls, subject, **vals):
        return cls.env["mail.template"].create(
            {
                "name": subject,
                "model_id": cls.env["ir.model"]._get("sale.order").id,
                "subject": subject,
                "body_html": "<p>About <t t-out='object.name'/></p>",
                "lang": "{{ object.partner_id.lang }}",
                "use_default_to": True,
                **vals,
            }
        )

    @classmethod
    def _cadence(cls, name, steps=None, **vals):
        call = cls.env.ref("mail.mail_activity_data_call")
        return cls.env["sales.quotation.cadence"].create(
            {
                "name": name,
                "company_id": cls.company.id,
                "step_ids": [
                    Command.create({"sequence": sequence, **step})
                    for sequence, step in enumerate(
                        steps
                        or [
                            {"days": 3, "template_id": cls.template_3.id},
                            {"days": 7, "template_id": cls.template_7.id},
                            {"days": 10, "action": "activity", "activity_type_id": call.id, "summary": "Call them"},
                            {"days": 2, "moment": "before_expiry", "template_id": cls.template_expiry.id},
                        ]
                    )
                ],
                **vals,
            }
        )

    @classmethod
    def _quotation(cls, sent=SENT, validity="2026-04-01", **vals):
        quotation = cls.env["sale.order"].create(
            {
                "partner_id": cls.contact.id,
                "user_id": cls.salesperson.id,
                "team_id": cls.team.id,
                "validity_date": validity,
                "order_line": [Command.create({"product_id": cls.pepper.id, "tax_ids": []})],
                **vals,
            }
        )
        quotation.action_quotation_sent()
        quotation._write_decided({"followup_sent_at": sent})
        return quotation

    def _run(self, day):
        result = self.env["sales.quotation.cadence"].sudo().run(day)
        self.env.invalidate_all()
        return result

    def _log(self, quotation):
        return [
            (log.cycle, log.step_id, log.result)
            for log in self.env["sales.quotation.cadence.log"].search([("order_id", "=", quotation.id)], order="id")
        ]

    def _mails(self, quotation):
        return self.env["mail.mail"].search([("model", "=", "sale.order"), ("res_id", "=", quotation.id)])

    def _subjects(self, quotation):
        return self._mails(quotation).sorted("id").mapped("subject")

    def _say(self, record, author, days=1, **vals):
        """A message on a document, some days after the sending."""
        message = record.message_post(
            **{
                "body": "Hello",
                "message_type": "comment",
                "subtype_xmlid": "mail.mt_comment",
                "author_id": author.id,
                **vals,
            }
        )
        message.date = SENT + timedelta(days=days)
        return message

    def _state(self, quotation, day):
        """The state of the follow-up on a day."""
        statement = quotation._followup_statement(self._only(quotation), fields.Date.to_date(day))
        [row] = self.env.execute_query_dict(statement)
        return row["state"]

    def _attention(self, quotation, day):
        statement = quotation._followup_statement(self._only(quotation), fields.Date.to_date(day))
        [row] = self.env.execute_query_dict(statement)
        return row["attention"]

    @staticmethod
    def _only(quotation):
        return SQL("quotation.id = %s", quotation.id)
