from functools import partial

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import format_date

from ...tools.jobs import attempt
from ...tools.mails import mailed_to
from ...tools.xlsx import XLSX_TYPE, workbook

# More recipients than a person waits for are left to the scheduled job.
AT_ONCE = 20
REPORT = "sales_tracking.report_pricelist"


class SalesPricelistSending(models.Model):
    """Price lists mailed to people, and what became of each recipient. Written by the wizard sales.pricelist.send."""

    _name = "sales.pricelist.sending"
    _description = "Sent Price Lists"
    _inherit = ["sales.guarded.mixin"]
    _order = "create_date desc, id desc"

    user_id = fields.Many2one(comodel_name="res.users", string="Salesperson", required=True, readonly=True, index=True)
    team_id = fields.Many2one(comodel_name="crm.team", string="Sales Team", readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", required=True, readonly=True)
    date = fields.Date(string="Prices on", required=True, readonly=True)
    valid_until = fields.Date(readonly=True)
    pricelist_ids = fields.Many2many(comodel_name="product.pricelist", string="Price Lists", readonly=True)
    categ_ids = fields.Many2many(comodel_name="product.category", string="Categories", readonly=True)
    favorites_only = fields.Boolean(readonly=True)
    with_pdf = fields.Boolean(string="PDF", readonly=True)
    with_xlsx = fields.Boolean(string="XLSX", readonly=True)
    note = fields.Text(string="Message", readonly=True)
    lead_id = fields.Many2one(comodel_name="crm.lead", readonly=True, ondelete="set null")
    order_id = fields.Many2one(comodel_name="sale.order", readonly=True, ondelete="set null")
    recipient_ids = fields.One2many(
        comodel_name="sales.pricelist.sending.recipient", inverse_name="sending_id", readonly=True
    )
    recipient_count = fields.Integer(string="Recipients", compute="_compute_counts")
    sent_count = fields.Integer(string="Sent", compute="_compute_counts")
    waiting_count = fields.Integer(string="Waiting", compute="_compute_counts")
    problem_count = fields.Integer(string="Not Sent", compute="_compute_counts")
    failed_count = fields.Integer(string="Failed", compute="_compute_counts")

    @api.depends("recipient_ids.state")
    def _compute_counts(self):
        for sending in self:
            states = sending.recipient_ids.mapped("state")
            sending.recipient_count = len(states)
            sending.sent_count = states.count("sent")
            sending.waiting_count = states.count("waiting")
            sending.failed_count = states.count("failed")
            sending.problem_count = states.count("skipped") + sending.failed_count

    @api.depends("pricelist_ids")
    def _compute_display_name(self):
        for sending in self:
            sending.display_name = ", ".join(sending.pricelist_ids.mapped("name"))

    def action_retry(self):
        """Try again for those to whom nothing could be sent because of an error."""
        self.check_access("read")
        if any(sending.user_id != self.env.user for sending in self) and not self.env.user.has_group(
            "sales_team.group_sale_manager"
        ):
            raise AccessError(self.env._("Only the sender or a sales administrator can send the price lists again."))
        # Nobody writes these rows by hand, hence sudo.
        self.sudo().recipient_ids.filtered(lambda recipient: recipient.state == "failed").write({"state": "waiting"})
        self._start()

    def _start(self):
        """Send now, or leave it to the scheduled job when the recipients are many."""
        waiting = self.sudo().recipient_ids.filtered(lambda recipient: recipient.state == "waiting")
        if len(waiting) > AT_ONCE:
            self.env.ref("sales_tracking.cron_sales_pricelist_sending")._trigger()
        else:
            waiting._send_all()

    @api.model
    def cron_send(self):
        """Mail what waits, of all sendings; each recipient on its own.

        :raise AccessError: for anyone but a sales administrator
        """
        if not self.env.user.has_group("sales_team.group_sale_manager"):
            raise AccessError(self.env._("Only sales administrators may run the sending of price lists."))
        # As superuser: nobody writes these rows by hand. Prices are read under the rights of the sender.
        waiting = self.env["sales.pricelist.sending.recipient"].sudo().search([("state", "=", "waiting")], order="id")
        self.env["ir.cron"]._commit_progress(remaining=len(waiting))
        waiting._send_all(go_on=lambda: self.env["ir.cron"]._commit_progress(1))

    def _subject(self, pricelists):
        return self.env._(
            "%(company)s: %(lists)s", company=self.company_id.name, lists=", ".join(pricelists.mapped("name"))
        )

    def _files(self, pricelist, lang):
        """The attachments of a list in a language: (name, mimetype, content), prices under the sender's rights."""
        sending = self.with_user(self.user_id).with_context(
            lang=lang, tz=self.company_id.sales_tz, allowed_company_ids=self.company_id.ids
        )
        pricelist = pricelist.with_env(sending.env)
        name = f"{pricelist.name} {format_date(sending.env, self.date)}".replace("/", "-")
        options = {
            "company_id": self.company_id.id,
            "date": fields.Date.to_string(self.date),
            "valid_until": self.valid_until and fields.Date.to_string(self.valid_until),
            "categ_ids": self.categ_ids.ids,
            "favorites_only": self.favorites_only,
        }
        files = []
        if self.with_pdf:
            pdf, _type = sending.env["ir.actions.report"]._render_qweb_pdf(REPORT, pricelist.ids, data=options)
            files.append((f"{name}.pdf", "application/pdf", pdf))
        if self.with_xlsx:
            sheet = sending.env["report.sales_tracking.report_pricelist"]._sheet(pricelist, options)
            files.append((f"{name}.xlsx", XLSX_TYPE, workbook([pricelist._xlsx_sheet(sheet)])))
        return files


class SalesPricelistSendingRecipient(models.Model):
    """One recipient of sent price lists, and what became of it."""

    _name = "sales.pricelist.sending.recipient"
    _description = "Recipient of Price Lists"
    _inherit = ["sales.guarded.mixin"]
    _order = "id"
    _rec_name = "partner_id"

    sending_id = fields.Many2one(
        comodel_name="sales.pricelist.sending", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="sending_id.company_id")
    partner_id = fields.Many2one(comodel_name="res.partner", string="Recipient", readonly=True, ondelete="set null")
    email = fields.Char(readonly=True)
    lang = fields.Char(string="Language", readonly=True)
    pricelist_ids = fields.Many2many(
        comodel_name="product.pricelist",
        relation="sales_pricelist_sending_recipient_list_rel",
        string="Price Lists",
        readonly=True,
    )
    state = fields.Selection(
        selection=[("waiting", "Waiting"), ("sent", "Sent"), ("skipped", "Not Sent"), ("failed", "Failed")],
        required=True,
        readonly=True,
        default="waiting",
    )
    reason = fields.Text(readonly=True, help="Why nothing was sent.")
    mail_id = fields.Many2one(comodel_name="mail.mail", readonly=True, ondelete="set null", groups="base.group_system")

    delivery_error = fields.Text(
        related="mail_id.failure_reason", help="Why the mail server did not take the mail, or not yet."
    )

    _waiting_idx = models.Index("(id) WHERE state = 'waiting'")

    def _send_all(self, go_on=lambda: True):
        """Mail each recipient its lists; an error stays with its recipient. A list is made once per language."""
        files = {}
        for recipient in self.sudo():
            attempt(recipient, partial(recipient._send, files), recipient._failed)
            if not go_on():
                break

    def _send(self, files):
        sending = self.sending_id
        if not self.partner_id:
            raise UserError(
                self.env._("The contact with the address %(email)s was deleted before it was sent.", email=self.email)
            )
        if not self.email:
            raise UserError(self.env._("%(person)s has no e-mail address.", person=self.partner_id.display_name))
        attachments = []
        for pricelist in self.pricelist_ids:
            key = (sending.id, pricelist.id, self.lang)
            if key not in files:
                files[key] = sending._files(pricelist, self.lang)
            attachments += files[key]
        translated = sending.with_context(lang=self.lang)
        values = {
            "sending": translated,
            "recipient": self.with_context(lang=self.lang),
            "pricelists": self.pricelist_ids.with_context(lang=self.lang),
        }
        self.mail_id = self.env["mail.mail"].create(
            {
                "subject": translated._subject(self.pricelist_ids.with_context(lang=self.lang)),
                "email_from": sending.user_id.email_formatted or sending.company_id.email_formatted,
                "author_id": sending.user_id.partner_id.id,
                "recipient_ids": [Command.link(self.partner_id.id)],
                "body_html": translated.env["ir.qweb"]._render("sales_tracking.pricelist_mail", values),
                "auto_delete": True,
                "attachment_ids": [
                    Command.create({"name": name, "mimetype": mimetype, "raw": content})
                    for name, mimetype, content in attachments
                ],
            }
        )
        mailed_to(self.mail_id)
        self._log_interactions()
        self.write({"state": "sent", "reason": False})

    def _failed(self, error):
        self.write({"state": "failed", "reason": str(error)})

    def _log_interactions(self):
        sending = self.sending_id
        lead = sending.lead_id if sending.lead_id.partner_id == self.partner_id else sending.lead_id.browse()
        order = sending.order_id if sending.order_id.partner_id == self.partner_id else sending.order_id.browse()
        self.env["sales.interaction"].create(
            [
                {
                    "kind": "pricelist_sent",
                    "direction": "out",
                    "note": pricelist.name,
                    # Like a quotation sent, it comes with a sale and would take the credit from what led to it.
                    "is_touchpoint": False,
                    "partner_id": self.partner_id.id,
                    "lead_id": lead.id,
                    "order_id": order.id,
                    "user_id": sending.user_id.id,
                    "team_id": sending.team_id.id,
                    "company_id": sending.company_id.id,
                    "res_model": sending._name,
                    "res_id": sending.id,
                    "source_key": f"{sending._name},{sending.id},{self.partner_id.id},{pricelist.id}",
                }
                for pricelist in self.pricelist_ids
            ]
        )
