from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.sales_tracking.tools.document_names import search_document_name
from odoo.addons.sales_tracking.tools.documents import existing, existing_by_id

from ..terms.sales_commission_rule import ROLES

ENTRY_KINDS = [
    ("earned", "Earned"),
    ("clawback", "Clawback"),
    ("override", "Manager Override"),
    ("bonus", "Bonus"),
    ("adjustment", "Adjustment"),
    ("draw", "Draw"),
    ("carry", "Carried Over"),
    ("capped", "Capped"),
]
KINDS_WITHOUT_RULE = ("adjustment", "draw", "carry", "bonus")


class SalesCommissionEntry(models.Model):
    """The ledger: who earned how much on what, and why. Rows are added, never changed or removed.

    The run writes the rows, each with its statement from the start. What changes later, however late, is a further
    row of the same key with the next sequence. The document and the payment are plain numbers rather than foreign
    keys: both may be deleted, which the ledger must neither prevent nor follow. All amounts are in the company's
    currency.
    """

    _name = "sales.commission.entry"
    _description = "Commission Entry"
    _inherit = ["sales.guarded.mixin"]
    _order = "date desc, id desc"
    _rec_name = "document_name"

    plan_id = fields.Many2one(comodel_name="sales.commission.plan", required=True, ondelete="restrict", readonly=True)
    version_id = fields.Many2one(
        comodel_name="sales.commission.version", ondelete="restrict", readonly=True, index="btree_not_null"
    )
    rule_id = fields.Many2one(
        comodel_name="sales.commission.rule",
        ondelete="restrict",
        readonly=True,
        help="The rule that pays; empty for what no rule pays: adjustments, draws and what is carried over.",
    )
    statement_id = fields.Many2one(
        comodel_name="sales.commission.statement", required=True, ondelete="restrict", readonly=True, index=True
    )
    company_id = fields.Many2one(comodel_name="res.company", required=True, ondelete="restrict", readonly=True)
    currency_id = fields.Many2one(comodel_name="res.currency", required=True, ondelete="restrict", readonly=True)
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Salesperson",
        ondelete="restrict",
        readonly=True,
        index="btree_not_null",
        help="Empty for an external agent.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Payee", required=True, ondelete="restrict", readonly=True, index=True
    )
    role = fields.Selection(selection=ROLES, readonly=True)
    kind = fields.Selection(
        selection=ENTRY_KINDS,
        required=True,
        readonly=True,
        help="Clawback: taken back for a credit note.\nCapped: what a cap kept from being paid; it is no money.",
    )
    res_model = fields.Char(string="Document Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(string="Document ID", model_field="res_model", required=True, readonly=True)
    partial_id = fields.Integer(
        string="Payment Matching", readonly=True, aggregator=None, help="The matched payment that earned; 0 for none."
    )
    sequence = fields.Integer(
        string="Correction", required=True, default=1, readonly=True, aggregator=None, help="Above 1: a correction."
    )
    document_date = fields.Date(required=True, readonly=True, help="The day on which the document counts.")
    date = fields.Date(
        required=True,
        readonly=True,
        index=True,
        help="The day in the ledger: later than the document's if it came late.",
    )
    period_start = fields.Date(string="Period", required=True, readonly=True, help="First day of the period that pays.")
    origin_period_start = fields.Date(
        string="Origin Period",
        required=True,
        readonly=True,
        help="First day of the document's own period. It differs from the period that pays when that was locked.",
    )
    limits_period_start = fields.Date(
        string="Period of the Limits",
        readonly=True,
        help="First day of the period whose threshold, minimum and cap hold: that of the sale for what is taken back "
        "later. Empty: the origin period.",
    )
    base_before = fields.Monetary(
        readonly=True, aggregator=None, help="Base of the earlier documents of the period, or payments of the document."
    )
    due_base = fields.Monetary(
        string="Base of the Document", readonly=True, aggregator=None, help="As known when the entry was written."
    )
    due_amount = fields.Monetary(
        string="Commission of the Document", readonly=True, aggregator=None, help="All that the document earns."
    )
    base_amount = fields.Monetary(string="Base", required=True, readonly=True)
    rate = fields.Float(digits=(16, 6), readonly=True, aggregator=None, help="The rate of the tier, or of the rule.")
    quantity = fields.Float(
        readonly=True, digits="Product Unit", help="Units or documents, for a rule that pays an amount for each."
    )
    share = fields.Float(
        digits=(16, 6), default=1, readonly=True, aggregator=None, help="The payee's share of the document's base."
    )
    rated_amount = fields.Monetary(
        string="Commission before Limits",
        readonly=True,
        aggregator=None,
        help="What the document earns before the threshold and the cap of the period.",
    )
    capped_amount = fields.Monetary(
        string="Capped", readonly=True, help="What a cap of the period kept from being paid."
    )
    amount = fields.Monetary(required=True, readonly=True)
    note = fields.Text(readonly=True, help="The reason of an entry that no rule pays, as its author wrote it.")
    explanation = fields.Text(compute="_compute_explanation", compute_sudo=True)
    is_reassigned = fields.Boolean(
        string="Salesperson Changed",
        compute="_compute_explanation",
        compute_sudo=True,
        help="The salesperson or team of the document was changed after the sale.",
    )
    document_name = fields.Char(
        string="Document", compute="_compute_document", search="_search_document_name", compute_sudo=True
    )
    customer_id = fields.Many2one(comodel_name="res.partner", compute="_compute_document", compute_sudo=True)

    _key_unique = models.UniqueIndex(
        "(rule_id, partner_id, COALESCE(user_id, 0), role, origin_period_start, res_model, res_id, partial_id,"
        " COALESCE(limits_period_start, origin_period_start), (kind = 'capped'), sequence)",
        "The ledger holds this entry already.",
    )
    _key_unique_without_rule = models.UniqueIndex(
        "(statement_id, kind, res_model, res_id, sequence) WHERE rule_id IS NULL",
        "The statement holds this entry already.",
    )
    _rule_set = models.Constraint(
        "CHECK (rule_id IS NOT NULL AND version_id IS NOT NULL AND role IS NOT NULL"
        " OR rule_id IS NULL AND note IS NOT NULL AND kind IN ('adjustment', 'draw', 'carry', 'bonus'))",
        "What no rule pays is an adjustment, a draw, a carry-over or a bonus, and says why.",
    )
    _plan_period_idx = models.Index("(plan_id, origin_period_start)")
    _document_idx = models.Index("(res_model, res_id)")

    @api.depends("res_model", "res_id")
    def _compute_document(self):
        # As superuser: a person may know the name and customer of what he or she was paid for.
        self.document_name = self.customer_id = False
        for model, entries in self.grouped("res_model").items():
            known = existing_by_id(self.env, model, entries.mapped("res_id"))
            for entry in entries:
                if document := known.get(entry.res_id):
                    entry.document_name = document.display_name
                    # A minimum is about the plan.
                    entry.customer_id = "partner_id" in document._fields and document.partner_id
                else:
                    entry.document_name = self.env._(
                        "%(model)s %(number)s (deleted)",
                        model=self.env["ir.model"]._get(model).name or model,
                        number=entry.res_id,
                    )

    @api.model
    def _search_document_name(self, operator, value):
        return search_document_name(self, operator, value)

    @api.private
    def _post(self, vals_list):
        """Add entries that no rule pays. The caller has checked the access; the ledger is written as superuser.

        :param list[dict] vals_list: ``statement_id`` (a draft), ``kind`` (adjustment, draw, carry or bonus),
            ``amount`` in the company's currency and ``note``, the reason in words; optional ``res_model`` and
            ``res_id`` of the document that the entry is about (default: the statement), ``base_amount``, and ``date``
            (default: today in the company's time zone)
        :return: the entries
        :raise UserError: if the statement is locked, the kind is paid by rules, or the reason is missing
        """
        statements = self.env["sales.commission.statement"].browse(vals["statement_id"] for vals in vals_list)
        complete = [
            self._complete_values(statement.sudo(), vals) for statement, vals in zip(statements, vals_list, strict=True)
        ]
        return self.sudo().create(complete).sudo(self.env.su)

    @api.model
    def _complete_values(self, statement, vals):
        """The values of an entry of the statement, of the next sequence of its kind and document."""
        if statement.state != "draft":
            raise UserError(
                self.env._(
                    'The statement "%(statement)s" is locked: nothing is added to it any more.',
                    statement=statement.display_name,
                )
            )
        if vals["kind"] not in KINDS_WITHOUT_RULE or vals.get("rule_id"):
            raise UserError(self.env._("Only adjustments, draws, carry-overs and bonuses are posted without a rule."))
        if not (vals.get("note") or "").strip():
            raise UserError(self.env._("Say why: an entry that no rule pays needs a reason."))
        today = vals.get("date") or statement.company_id._sales_today()
        key = {
            "statement_id": statement.id,
            "kind": vals["kind"],
            "res_model": vals.get("res_model") or statement._name,
            "res_id": vals.get("res_id") or statement.id,
        }
        posted = self.sudo().search_count([("rule_id", "=", False), *((name, "=", key[name]) for name in key)])
        return {
            "document_date": today,
            "base_amount": 0,
            "due_amount": vals["amount"],
            "rated_amount": vals["amount"],
            "sequence": posted + 1,
            **vals,
            **key,
            "date": today,
            "plan_id": statement.plan_id.id,
            "company_id": statement.company_id.id,
            "currency_id": statement.currency_id.id,
            "user_id": statement.user_id.id,
            "partner_id": statement.partner_id.id,
            "period_start": statement.period_start,
            "origin_period_start": vals.get("origin_period_start") or statement.period_start,
        }

    def write(self, vals):
        self._refuse_change()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        self._refuse_change()

    def _refuse_change(self):
        # The refusal names the document, which is not for everybody.
        self.check_access("read")
        for entry in self:
            raise UserError(
                self.env._(
                    "The commission ledger can't be changed: the entry of %(document)s stays as it was written. "
                    "What was wrong is put right by a further entry when the plan is computed.",
                    document=entry.document_name,
                )
            )

    def action_open_document(self):
        self.ensure_one()
        document = existing(self.env, self.res_model, [self.res_id])
        if not document:
            raise UserError(self.env._("%(document)s no longer exists.", document=self.document_name))
        return document.get_formview_action()

    def action_open_kept_facts(self):
        """Open what was known of the entry's document when it was decided on for its payee."""
        self.ensure_one()
        deal_ids = [self.res_id]
        if self.res_model == "account.move":
            # A credit note follows what was decided of its invoice.
            deal_ids += self.env["account.move"].sudo().browse(self.res_id).exists().reversed_entry_id.ids
        return self.env["sales.commission.kept.fact"]._action(
            self.env._("Computed From"),
            [
                ("plan_id", "=", self.plan_id.id),
                ("partner_id", "=", self.partner_id.id),
                ("res_model", "=", self.res_model),
                ("res_id", "in", deal_ids),
            ],
        )
