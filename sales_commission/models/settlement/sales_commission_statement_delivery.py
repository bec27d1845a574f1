import base64

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.sales_tracking.tools.jobs import attempt
from odoo.addons.sales_tracking.tools.mails import mailed_to
from odoo.addons.sales_tracking.tools.xlsx import XLSX_TYPE, Column, Sheet

REPORT = "sales_commission.report_statement"


class SalesCommissionStatement(models.Model):
    """PDF, XLSX, e-mail and portal: the statement as the person gets it, in the person's language."""

    _inherit = "sales.commission.statement"

    dispute_ids = fields.One2many(
        comodel_name="sales.commission.dispute", inverse_name="statement_id", string="Disputes", readonly=True
    )
    open_dispute_count = fields.Integer(
        string="Open Disputes", compute="_compute_open_dispute_count", compute_sudo=True
    )
    sent_on = fields.Datetime(readonly=True, copy=False)
    send_error = fields.Char(string="Not Sent", readonly=True, copy=False)
    mail_id = fields.Many2one(
        comodel_name="mail.mail", readonly=True, copy=False, ondelete="set null", groups="base.group_system"
    )
    delivery_error = fields.Text(
        related="mail_id.failure_reason", help="Why the mail server did not take the mail, or not yet."
    )

    @api.depends("dispute_ids.state")
    def _compute_open_dispute_count(self):
        counts = dict(
            self.env["sales.commission.dispute"]._read_group(
                [("statement_id", "in", self.ids), ("state", "=", "open")], ["statement_id"], ["__count"]
            )
        )
        for statement in self:
            statement.open_dispute_count = counts.get(statement._origin, 0)

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for statement in self:
            statement.access_url = f"/my/commissions/{statement.id}"
        return result

    def _get_report_base_filename(self):
        """The name of the PDF that the portal gives out."""
        self.ensure_one()
        return self.display_name

    def action_send(self):
        """Mail the statements, each in the language of its person, with PDF and XLSX.

        What could not be sent is noted on its statement and does not stop the others.

        :return: True
        """
        self.check_access("write")
        for statement in self:
            attempt(statement, statement._send, statement._note_send_error)
        return True

    def _send(self):
        self.ensure_one()
        if self.state == "draft":
            raise UserError(self.env._("A draft may still change: confirm it before you send it."))
        if not self.partner_id.email_normalized:
            raise UserError(
                self.env._(
                    "%(person)s has no valid e-mail address: add one to the contact and send again.",
                    person=self.partner_id.name,
                )
            )
        statement = self.with_context(lang=self.partner_id.lang)
        name = statement._xlsx_file_name().replace("/", "-")
        pdf, _type = self.env["ir.actions.report"]._render_qweb_pdf(REPORT, self.ids)
        attachments = [
            Command.create(
                {
                    "name": f"{name}.{extension}",
                    "mimetype": mimetype,
                    "datas": base64.b64encode(content),
                    "res_model": self._name,
                    "res_id": self.id,
                }
            )
            for extension, mimetype, content in (
                ("pdf", "application/pdf", pdf),
                ("xlsx", XLSX_TYPE, statement._xlsx_content()),
            )
        ]
        template = self.env.ref("sales_commission.mail_template_statement")
        mail = template.send_mail(self.id, email_values={"attachment_ids": attachments})
        mailed_to(self.env["mail.mail"].browse(mail))
        # The mail itself is the administrators' of the database.
        self.sudo().write({"sent_on": fields.Datetime.now(), "send_error": False, "mail_id": mail})

    def _note_send_error(self, error):
        self._write_decided({"send_error": str(error), "sent_on": False})

    def _get_documents(self):
        """The entries that rules pay by document, in the order of their dates, for the printed statement.

        :return: list of dicts: ``name``, ``customer`` (record), ``date``, ``entries`` (recordset), ``base`` and
            ``amount`` (company currency)
        """
        self.ensure_one()
        return self._group_entries(self.entry_ids.filtered("rule_id"))

    def _get_other_entries(self):
        """The entries that no rule pays (draw, adjustments, carry), as _get_documents does."""
        self.ensure_one()
        return self._group_entries(self.entry_ids.filtered(lambda entry: not entry.rule_id))

    def _group_entries(self, entries):
        groups = entries.sorted(lambda entry: (entry.document_date, entry.id)).grouped(
            lambda entry: (entry.res_model, entry.res_id)
        )
        return [
            {
                "name": entries[0].document_name,
                "customer": entries[0].customer_id,
                "date": entries[0].document_date,
                "entries": entries,
                "base": sum(entries.mapped("base_amount")),
                "amount": sum(entries.mapped("amount")),
            }
            for entries in groups.values()
        ]

    def _get_steps(self):
        """From what was earned to what is paid: (label, amount in the company's currency) of each step that counts."""
        self.ensure_one()
        names = (
            "commission_amount", "draw_amount", "adjustment_amount", "carried_in_amount", "carried_out_amount",
        )  # fmt: skip
        labels = {name: self._fields[name]._description_string(self.env) for name in names}
        return [(labels[name], self[name]) for name in names if name == "commission_amount" or self[name]]

    def _xlsx_sheets(self):
        return [statement._xlsx_sheet() for statement in self]

    def _xlsx_sheet(self):
        # Whoever reads a statement reads its entries; external agents have no rights on the ledger itself.
        statement = self.sudo()
        digits = statement.currency_id.decimal_places
        columns = [
            Column(self.env._("Date"), "date"),
            Column(self.env._("Document")),
            Column(self.env._("Customer")),
            Column(self.env._("Computation"), width=70),
            Column(self.env._("Base"), "number", digits),
            Column(self.env._("Commission"), "number", digits),
        ]
        rows = [
            [
                entry.document_date,
                entry.document_name,
                entry.customer_id.name,
                entry.explanation,
                entry.base_amount,
                entry.amount,
            ]
            for entry in statement.entry_ids.sorted(lambda entry: (not entry.rule_id, entry.document_date, entry.id))
        ]
        heading = [
            statement.display_name,
            *(f"{label}: {statement.currency_id.format(amount)}" for label, amount in statement._get_steps()),
            self.env._("To pay: %(amount)s", amount=statement.currency_id.format(statement.payable_amount)),
        ]
        total = [None, self.env._("Total"), None, None, None, statement.amount]
        return Sheet(statement.partner_id.name, columns, rows, heading=heading, total=total)
