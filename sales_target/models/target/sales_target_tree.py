from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from odoo.addons.sales_tracking.models.analytics.period import year_before
from odoo.addons.sales_tracking.tools.shares import share_out

from .sales_target import CUT_FIELDS, SCOPES

METHODS = [("equal", "Equal Shares"), ("last_year", "Last Year's Results"), ("weight", "Weights")]


class SalesTarget(models.Model):
    """The tree of targets: sharing an amount among its parts, and adding the parts up."""

    _inherit = "sales.target"

    parent_id = fields.Many2one(
        comodel_name="sales.target",
        string="Part of",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
        domain="[('id', '!=', id), ('metric_id', '=', metric_id),"
        " ('date_from', '<=', date_from), ('date_to', '>=', date_to)]",
        help="The wider target that this one contributes to.",
    )
    child_ids = fields.One2many(comodel_name="sales.target", inverse_name="parent_id", string="Parts")
    is_locked = fields.Boolean(
        string="Locked", help="The amount stays when the wider target is shared among its parts."
    )
    weight = fields.Float(
        default=1, digits=(12, 4), aggregator=None, help="The part of the wider target, where it is shared by weights."
    )
    is_additive = fields.Boolean(
        compute="_compute_is_additive", help="Whether the parts add up to the whole: those of an average don't."
    )
    parts_amount = fields.Monetary(string="Sum of Parts", compute="_compute_parts_amount")
    not_allocated = fields.Monetary(
        compute="_compute_parts_amount", help="The target less the sum of its parts: zero where the tree adds up."
    )

    _weight_positive = models.Constraint("CHECK (weight >= 0)", "A weight is zero or more.")

    @api.constrains("parent_id", "metric_id", "company_id", "scope", "date_from", "date_to", *CUT_FIELDS)
    def _check_parent(self):
        if self._has_cycle():
            raise ValidationError(self.env._("A target can't be part of itself, directly or through other targets."))
        widths = [scope for scope, __ in SCOPES]
        for target in (self | self.child_ids).filtered("parent_id"):
            parent = target.parent_id
            if (
                parent.metric_id != target.metric_id
                or parent.company_id != target.company_id
                or parent.date_from > target.date_from
                or parent.date_to < target.date_to
                or widths.index(parent.scope) > widths.index(target.scope)
                or not parent._holds_cut(target)
            ):
                raise ValidationError(
                    self.env._(
                        '"%(target)s" can\'t be part of "%(parent)s": the wider target has the same metric and '
                        "company, contains the period, and is not narrower in scope, category, segment, country or "
                        "source.",
                        target=target.display_name,
                        parent=parent.display_name,
                    )
                )

    @api.depends("metric_id.measure")
    def _compute_is_additive(self):
        for target in self:
            target.is_additive = not target.metric_id or target.metric_id._is_additive()

    @api.depends("amount", "child_ids.amount", "is_additive")
    def _compute_parts_amount(self):
        for target in self:
            # The sum is the same for whoever may see the whole.
            target.parts_amount = sum(target.sudo().child_ids.mapped("amount")) if target.is_additive else 0
            target.not_allocated = target.amount - target.parts_amount if target.child_ids and target.is_additive else 0

    def _holds_cut(self, other) -> bool:
        """Whether what the other target is limited to lies within what this one is limited to."""
        self.ensure_one()

        def lies_within(narrow, wide):
            return narrow.parent_path.startswith(wide.parent_path) if "parent_path" in wide else narrow == wide

        return all(not self[name] or (other[name] and lies_within(other[name], self[name])) for name in CUT_FIELDS)

    def action_allocate(self, method="equal"):
        """Share the amount among the parts; what is locked or agreed keeps its amount and is taken off first.

        :param method: `equal` shares, what was reached `last_year` in the same period, or the parts' `weight`
        :return: True
        :raise UserError: where there is nothing to share, nobody to share it among, or the method has no weights
        """
        self.check_access("write")
        for target in self:
            for part, amount in target._get_allocation(method).items():
                part.amount = amount
        return True

    def _get_allocation(self, method: str) -> dict:
        """The amount of each part that is not kept; with those kept they sum to the target exactly."""
        self.ensure_one()
        if method not in [code for code, _label in METHODS]:
            raise UserError(
                self.env._(
                    'There is no way "%(method)s" to share a target. Choose from: %(methods)s.',
                    method=method,
                    methods=", ".join(dict(METHODS)),
                )
            )
        parts = self.child_ids.sorted("id")
        free = parts.filtered(lambda part: part.state == "draft" and not part.is_locked)
        if not free:
            raise UserError(
                self.env._(
                    '"%(target)s" has no part that could take a share. Add its teams or salespeople first, or unlock '
                    "a draft.",
                    target=self.display_name,
                )
            )
        self._check_additive()
        digits = self._amount_digits()
        rest = Decimal(f"{self.amount:.{digits}f}") - sum(Decimal(f"{part.amount:.{digits}f}") for part in parts - free)
        if rest < 0:
            raise UserError(
                self.env._(
                    'The parts of "%(target)s" that keep their amount exceed it by %(excess)s. Unlock or lower one of '
                    "them, or raise the target.",
                    target=self.display_name,
                    excess=-rest,
                )
            )
        shares = share_out(rest, self._allocation_weights(free, method), digits)
        return {part: float(share) for part, share in zip(free, shares, strict=True)}

    def _allocation_weights(self, parts, method: str) -> list[float]:
        if method == "equal":
            return [1] * len(parts)
        if method == "weight":
            weights = parts.mapped("weight")
            problem = self.env._("all weights are zero")
        else:
            spans = [(part, *year_before(part.date_from, part.date_to)) for part in parts]
            reached = self.env["sales.target.report"]._get_reached(spans)
            weights = [max(reached[span] or 0, 0) for span in spans]
            problem = self.env._("nothing was reached in the same period last year")
        if not any(weights):
            raise UserError(
                self.env._(
                    '"%(target)s" can\'t be shared this way: %(problem)s. Choose another way.',
                    target=self.display_name,
                    problem=problem,
                )
            )
        return weights

    def action_roll_up(self):
        """Make the amount the sum of the parts, from the lowest level of the tree up."""
        self.check_access("write")
        for target in self:
            target._check_additive()
            if target.child_ids:
                target.child_ids.filtered(lambda part: part.child_ids and part.state == "draft").action_roll_up()
                target.amount = target.parts_amount
        return True

    def _check_additive(self):
        self.ensure_one()
        if not self.is_additive:
            raise UserError(
                self.env._(
                    '"%(target)s" is about an average, which is not the sum of its parts. Set the target of each part '
                    "by itself.",
                    target=self.display_name,
                )
            )

    def action_add_parts(self):
        """Add a draft for each team of the company, or for each salesperson of the team, that has none yet.

        Its amount is zero until the whole is shared; an average is the same for each part.
        """
        for target in self:
            if target.scope == "person":
                raise UserError(self.env._("The target of a salesperson has no further parts."))
            target._add_parts()
        return True

    def _add_parts(self):
        self.ensure_one()
        name = "team_id" if self.scope == "company" else "user_id"
        nodes = self._part_nodes()
        same = {field: self[field].id for field in ("metric_id", "company_id", *CUT_FIELDS)}
        same |= {field: self[field] for field in ("period_kind", "date_from", "date_to")}
        scope = "team" if self.scope == "company" else "person"
        existing = self.search(
            Domain.AND(Domain(field, "=", value) for field, value in same.items())
            & Domain("scope", "=", scope)
            & Domain(name, "in", nodes.ids)
        )
        existing.filtered(lambda part: part.state == "draft" and not part.parent_id).parent_id = self
        same |= {"scope": scope, "parent_id": self.id, "profile_id": self.profile_id.id}
        same |= {field: self[field] for field in ("shape", "step", "with_branches")}
        same["amount"] = 0 if self.is_additive else self.amount
        if self.scope == "team":
            same["team_id"] = self.team_id.id
        self.create([{**same, name: node.id} for node in nodes - existing[name]])

    def _part_nodes(self):
        """The teams of a company's target, the active members of a team's who work where documents count."""
        if self.scope == "company":
            return self.env["crm.team"].search(
                Domain("company_id", "in", [False, self.company_id.id]) & Domain("member_ids", "!=", False)
            )
        companies = self._companies()
        return self.team_id.member_ids.filtered(lambda user: user.active and companies & user.company_ids)
