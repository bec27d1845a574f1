from odoo import api, fields, models

from .sales_dunning_hold import INSTALMENTS


class SalesDispute(models.Model):
    """Instalments that a customer does not accept: not chased while it is open, but still part of what is owed."""

    _name = "sales.dispute"
    _inherit = ["sales.dunning.hold"]
    _description = "Disputed Instalments"

    move_line_ids = fields.Many2many(
        comodel_name="account.move.line",
        relation="sales_dispute_line_rel",
        column1="dispute_id",
        column2="move_line_id",
        string="Instalments",
        required=True,
        domain=INSTALMENTS,
    )
    reason = fields.Selection(
        selection=[
            ("price", "Price or Discount"),
            ("quantity", "Quantity"),
            ("quality", "Quality"),
            ("delivery", "Not or Late Delivered"),
            ("paid", "Already Paid"),
            ("invoice", "Error on the Invoice"),
            ("other", "Other"),
        ],
        required=True,
    )
    date = fields.Date(string="Opened On", required=True, default=fields.Date.context_today)
    state = fields.Selection(
        selection=[
            ("open", "Open"),
            ("accepted", "Accepted"),
            ("rejected", "Rejected"),
            ("settled", "Settled"),
        ],
        required=True,
        default="open",
        readonly=True,
        copy=False,
        tracking=True,
        help="Accepted: the customer is right and gets a credit; not chased until it is there. Rejected: the claim "
        "stands and is chased again. Settled: the credit is there, or nothing is open any more.",
    )

    _silent_idx = models.Index("(company_id) WHERE state IN ('open', 'accepted')")

    def action_accept(self):
        """The customer is right."""
        self._decide("accepted")

    def action_reject(self):
        """The claim stands, and the instalments are followed up again."""
        self._decide("rejected")

    def action_reopen(self):
        self._write_decided({"state": "open", "closed_on": False})

    def _decide(self, state):
        self.filtered(lambda dispute: dispute.state == "open")._write_decided(
            {"state": state, "closed_on": fields.Date.context_today(self)}
        )

    @api.model
    def _close(self, companies):
        """Disputes about what is paid or credited by now are settled."""
        disputes = self.search([("state", "in", ("open", "accepted")), ("company_id", "in", companies.ids)])
        settled = disputes.filtered(
            lambda dispute: all(dispute.move_line_ids.mapped("reconciled")) or dispute._is_credited()
        )
        settled._write_decided({"state": "settled", "closed_on": fields.Date.context_today(self)})

    def _is_credited(self):
        """Whether as much as was accepted has been matched since: what is left is owed and chased again."""
        if self.state != "accepted":
            return False
        matched = self.move_line_ids.matched_credit_ids.filtered(
            lambda partial: partial.create_date.date() >= self.closed_on
        )
        return self.currency_id.compare_amounts(sum(matched.mapped("debit_amount_currency")), self.amount) >= 0
