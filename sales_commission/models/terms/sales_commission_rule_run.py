from odoo import api, models
from odoo.exceptions import ValidationError


class SalesCommissionRule(models.Model):
    """The run of a rule through the versions of its plan: each continues one of the version before."""

    _inherit = "sales.commission.rule"

    @api.depends(
        "version_id.plan_id", "version_id.date_from", "sequence", "role", "override_level", "metric_id", "kind",
    )  # fmt: skip
    def _compute_continues_id(self):
        """Of the version before, the rule that pays the same people for the same; of several, in their order."""
        for version, rules in self.grouped("version_id").items():
            if not version or version.state == "approved":
                for rule in rules:
                    rule.continues_id = rule.continues_id
                continue
            continued = version._before().rule_ids
            for rule in version.rule_ids.sorted("sequence"):
                same = continued.filtered(lambda other, rule=rule: other._paid_for() == rule._paid_for())
                found = (same.filtered(lambda other, rule=rule: other.kind == rule.kind) or same)[:1]
                continued -= found
                if rule in rules:
                    rule.continues_id = found._origin

    def _paid_for(self):
        self.ensure_one()
        return self._pays_for(), self.metric_id

    @api.constrains("continues_id", "version_id", "role", "override_level", "metric_id")
    def _check_continues(self):
        """A run goes from version to version of a plan, and its base is always of one kind."""
        for rule in self.filtered(lambda rule: rule.continues_id and rule.version_id.state == "draft"):
            before = rule.continues_id
            if (
                before.version_id.plan_id != rule.version_id.plan_id
                or before.version_id.date_from >= rule.version_id.date_from
                or before._pays_for() != rule._pays_for()
                or any(before.metric_id[name] != rule.metric_id[name] for name in ("basis", "measure"))
            ):
                raise ValidationError(
                    self.env._(
                        'The rule "%(rule)s" can\'t continue "%(before)s": choose a rule of an earlier version of the '
                        "plan that pays the same role for the same kind of figure, or none.",
                        rule=rule.name,
                        before=before.name,
                    )
                )
            if len(rule.version_id.rule_ids.filtered(lambda other, before=before: other.continues_id == before)) > 1:
                raise ValidationError(
                    self.env._(
                        'Two rules continue "%(before)s": choose it in one of them, and another or none in the other.',
                        before=before.name,
                    )
                )

    def _run(self):
        """This rule, the one that it continues, and so on to the first."""
        self.ensure_one()
        run = self
        while run[-1].continues_id - run:
            run += run[-1].continues_id
        return run

    def _first_of_run(self):
        return self._run()[-1]
