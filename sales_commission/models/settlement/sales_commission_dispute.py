from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.sales_tracking.tools.plain_text import to_html

ANSWER_FIELDS = {"state", "answered_by_id", "answered_on", "adjustment_ids"}
QUESTION_FIELDS = {"entry_id", "reason"}


class SalesCommissionDispute(models.Model):
    """A person's objection to one entry, answered with an adjustment or with a reason."""

    _name = "sales.commission.dispute"
    _description = "Commission Dispute"
    _inherit = ["mail.thread", "mail.activity.mixin", "sales.text.limit.mixin", "sales.guarded.mixin"]
    _order = "id desc"
    # Whoever may read a dispute takes part in its conversation.
    _mail_post_access = "read"

    entry_id = fields.Many2one(comodel_name="sales.commission.entry", required=True, ondelete="restrict", index=True)
    # Stored for the record rules, and for the statement that shows its open disputes.
    statement_id = fields.Many2one(related="entry_id.statement_id", store=True, index=True)
    company_id = fields.Many2one(related="entry_id.company_id", store=True)
    partner_id = fields.Many2one(related="entry_id.partner_id", store=True, string="Payee")
    plan_id = fields.Many2one(related="entry_id.plan_id")
    currency_id = fields.Many2one(related="entry_id.currency_id")
    entry_amount = fields.Monetary(related="entry_id.amount", string="Commission of the Entry")
    explanation = fields.Text(related="entry_id.explanation")
    reason = fields.Text(required=True, help="What is wrong, and what it should be.")
    state = fields.Selection(
        selection=[("open", "Open"), ("accepted", "Accepted"), ("rejected", "Rejected")],
        string="Status",
        required=True,
        readonly=True,
        default="open",
        copy=False,
        tracking=True,
        index=True,
    )
    granted_amount = fields.Monetary(
        string="Adjustment", copy=False, help="Accepting adds it to the person's open statement; negative to deduct."
    )
    answer = fields.Text(copy=False, help="Stands on the statement, or says why the dispute is rejected.")
    answered_by_id = fields.Many2one(comodel_name="res.users", string="Answered by", readonly=True, copy=False)
    answered_on = fields.Datetime(readonly=True, copy=False)
    adjustment_ids = fields.One2many(
        comodel_name="sales.commission.adjustment", inverse_name="dispute_id", string="Adjustments", readonly=True
    )

    _open_unique = models.UniqueIndex(
        "(entry_id) WHERE state = 'open'", "This entry is being disputed already: add to that dispute instead."
    )

    @api.constrains("reason")
    def _check_reason(self):
        for dispute in self:
            if not dispute.reason.strip():
                raise ValidationError(self.env._("Say what is wrong with the entry."))

    @api.depends("entry_id")
    def _compute_display_name(self):
        for dispute in self:
            dispute.display_name = self.env._(
                "Dispute: %(document)s", document=dispute.entry_id.sudo().document_name or ""
            )

    @api.model_create_multi
    def create(self, vals_list):
        # With the defaults of a form, which anybody may send along.
        vals_list = [self._add_missing_default_values(vals) for vals in vals_list]
        answers = ANSWER_FIELDS - {"state"} | {"answer", "granted_amount"}
        if any(answers & vals.keys() for vals in vals_list):
            self._refuse_shortcut()
        entries = self.env["sales.commission.entry"].browse(vals.get("entry_id") for vals in vals_list)
        self._check_own(entries)
        self._check_undisputed(entries)
        disputes = super().create(vals_list)
        disputes._tell_approver()
        return disputes

    def write(self, vals):
        if not self._in_action():
            if ANSWER_FIELDS & vals.keys():
                self._refuse_shortcut()
            if QUESTION_FIELDS & vals.keys():
                raise UserError(self.env._("A dispute stays as it was written: add a message to it instead."))
            if {"answer", "granted_amount"} & vals.keys():
                self._check_answerable()
        return super().write(vals)

    def _check_own(self, entries):
        user = self.env.user
        if entries.sudo().partner_id - user.partner_id - user.commercial_partner_id:
            raise UserError(self.env._("An entry is disputed by the person whom it pays, and nobody else."))

    def _check_undisputed(self, entries):
        if open_dispute := self.search([("entry_id", "in", entries.ids), ("state", "=", "open")], limit=1):
            raise UserError(
                self.env._(
                    "%(document)s is being disputed already: add a message to that dispute instead.",
                    document=open_dispute.entry_id.document_name,
                )
            )

    def _refuse_guarded(self, names):
        if names:
            self._refuse_shortcut()

    def _refuse_shortcut(self):
        raise UserError(self.env._("A dispute is answered with its Accept and Reject buttons."))

    def _tell_approver(self):
        """An activity for the approver, in that person's language."""
        for dispute in self.sudo():
            if approver := dispute.plan_id.get_dispute_approver(dispute.partner_id):
                translated = dispute.with_context(lang=approver.lang)
                translated.activity_schedule(
                    "mail.mail_activity_data_todo",
                    user_id=approver.id,
                    date_deadline=dispute.company_id._sales_today(),
                    summary=translated.env._("Commission disputed by %(person)s", person=dispute.partner_id.name),
                    note=to_html(dispute.reason),
                )

    def _check_answerable(self):
        """Raise unless the disputes are open and others', whoever may write them."""
        self.statement_id.check_access("write")
        self.sudo().statement_id._check_not_own()
        for dispute in self.filtered(lambda dispute: dispute.state != "open"):
            raise UserError(self.env._('"%(dispute)s" is answered already.', dispute=dispute.display_name))

    def action_accept(self):
        """Grant the adjustment of each dispute on the person's open statement.

        :return: True
        :raise UserError: for a dispute of one's own, answered already, or without an amount
        """
        self._check_answerable()
        for dispute in self:
            if not dispute.granted_amount:
                raise UserError(
                    self.env._(
                        'Fill in the adjustment of "%(dispute)s", which puts the entry right, or reject it.',
                        dispute=dispute.display_name,
                    )
                )
            # The person's open statement, which may have to be opened, is nobody's to create.
            adjustment = self.env["sales.commission.adjustment"]._create_decided(
                {
                    "statement_id": dispute.sudo().statement_id._open_statement().id,
                    "amount": dispute.granted_amount,
                    "reason": dispute.answer
                    or self.env._("%(dispute)s: %(reason)s", dispute=dispute.display_name, reason=dispute.reason),
                    "dispute_id": dispute.id,
                }
            )
            adjustment.action_post()
        self._answer("accepted")
        return True

    def action_reject(self):
        """:raise UserError: for a dispute of one's own, answered already, or without an answer"""
        self._check_answerable()
        for dispute in self.filtered(lambda dispute: not (dispute.answer or "").strip()):
            raise UserError(
                self.env._('Say why you reject "%(dispute)s": fill in the answer.', dispute=dispute.display_name)
            )
        self._answer("rejected")
        return True

    def _answer(self, state):
        self._write_decided({"state": state, "answered_by_id": self.env.uid, "answered_on": fields.Datetime.now()})
        for dispute in self:
            dispute.activity_feedback(["mail.mail_activity_data_todo"], feedback=dispute.answer or "")
            # To the person, by the mail server's own rules; the words are those of the answer.
            dispute.message_post(
                body=dispute.answer or self.env._("Accepted."),
                partner_ids=dispute.sudo().partner_id.ids,
                subtype_xmlid="mail.mt_comment",
            )
