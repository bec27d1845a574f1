from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.company_day import company_today
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
    date = fields.Date(string="Opened On", required=True, default=lambda self: self.env.company._sales_today())
    state = fields.Selection(
        selection=[
            ("open", "Open"),
            ("accepted", "Accepted"),
            ("rejected", "Rejected"),
            ("settled", "Settled"),
        ],
        string="Status",
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
        disputes = self.filtered(lambda dispute: dispute.state == "open")
        matched = disputes._matched_by_now()
        for dispute in disputes:
            _money, credit = matched.get(dispute.id, (0, 0))
            dispute._write_decided(
                {"state": state, "closed_on": dispute.company_id._sales_today(), "credited_before": credit}
            )

    @api.model
    def _close(self, companies, today=None):
        """Settle the disputes about what is paid by now, and the accepted ones whose credit is there.

        What was credited before the acceptance does not count, be it of the same day; nor does a payment, which is of
        what is not disputed while something is open.
        """
        self.env["account.move.line"].flush_model(["reconciled"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT dispute.id, clock.today, item.is_open, dispute.state, dispute.amount,
                    COALESCE(matched.credit, 0) - COALESCE(dispute.credited_before, 0)
                FROM sales_dispute dispute
                JOIN res_company company ON company.id = dispute.company_id
                CROSS JOIN LATERAL (SELECT %(today)s AS today) clock
                LEFT JOIN (%(matched)s) matched ON matched.hold_id = dispute.id
                LEFT JOIN LATERAL (
                    SELECT BOOL_OR(line.reconciled IS NOT TRUE) AS is_open
                    FROM sales_dispute_line_rel link
                    JOIN account_move_line line ON line.id = link.move_line_id
                    WHERE link.dispute_id = dispute.id
                ) item ON TRUE
                WHERE dispute.state IN ('open', 'accepted') AND dispute.company_id IN %(companies)s
                ORDER BY dispute.id
                """,
                today=company_today(fields.Datetime.now(), today),
                matched=self._matched(SQL("hold.state IN ('open', 'accepted')")),
                companies=companies._ids,
            )
        )
        for dispute_id, day, is_open, state, amount, credited in rows:
            dispute = self.browse(dispute_id)
            is_credited = state == "accepted" and dispute.currency_id.compare_amounts(credited, amount) >= 0
            if not is_open or is_credited:
                dispute._write_decided({"state": "settled", "closed_on": day})
