from odoo import api, models
from odoo.exceptions import ValidationError

BY_DOCUMENT = ("percent", "per_unit", "per_document")
# What attains a target is measured as the target is: as cash arrives.
NOT_BY_ATTAINMENT = (*BY_DOCUMENT, "tiers")
# The options of a rule, and where each of them works: the values that other fields must have.
OPTIONS = {
    "rate": {"kind": ("percent",)},
    "unit_amount": {"kind": ("per_unit", "per_document")},
    "uom_id": {"kind": ("per_unit",)},
    "tier_ids": {"kind": ("tiers", "attainment")},
    "deal_cap": {"kind": BY_DOCUMENT},
    "earned_on": {"basis": ("collected",), "kind": NOT_BY_ATTAINMENT},
    "invoiced_share": {"basis": ("collected",), "kind": NOT_BY_ATTAINMENT, "earned_on": ("cash",)},
    "payment_step_ids": {"earned_on": ("days_to_pay",)},
    "override_level": {"role": ("override",)},
}
# What an option is where it is not used.
UNUSED = {"earned_on": "cash", "override_level": 1}


class SalesCommissionRule(models.Model):
    """No option of a rule is accepted where it would do nothing."""

    _inherit = "sales.commission.rule"

    @api.onchange("kind", "metric_id", "earned_on", "role")
    def _onchange_options(self):
        for option in OPTIONS:
            if self._uses(option) and self._obstacle(option):
                self[option] = UNUSED.get(option, False)

    @api.constrains("kind", "metric_id", "role", *OPTIONS)
    def _check_options(self):
        for rule in self:
            for option in OPTIONS:
                if rule._uses(option) and (field := rule._obstacle(option)):
                    raise ValidationError(
                        self.env._(
                            'The rule "%(rule)s" can\'t have "%(option)s", which works only where "%(field)s" is '
                            '%(values)s: clear it, or change "%(field)s".',
                            rule=rule.name,
                            option=self._fields[option]._description_string(self.env),
                            field=self._fields[field]._description_string(self.env),
                            values=self._labels(field, OPTIONS[option][field]),
                        )
                    )

    @api.constrains("kind", "metric_id")
    def _check_counted_payments(self):
        """A target counts a document with its first payment, and no part of it."""
        for rule in self.filtered(lambda rule: rule.kind == "attainment"):
            if (rule.basis, rule.metric_id.measure) == ("collected", "count"):
                raise ValidationError(
                    self.env._(
                        'The rule "%(rule)s" can\'t pay on the number of documents that are paid in part: choose a '
                        "metric on amounts, or on what is invoiced.",
                        rule=rule.name,
                    )
                )

    def copy_data(self, default=None):
        """Options that older versions took where they do not work are not copied."""
        vals_list = super().copy_data(default)
        for rule, vals in zip(self, vals_list, strict=True):
            for option in OPTIONS:
                if option not in (default or {}) and rule._uses(option) and rule._obstacle(option):
                    vals[option] = UNUSED.get(option, False)
        return vals_list

    def _uses(self, option):
        return bool(self[option]) and self[option] != UNUSED.get(option)

    def _obstacle(self, option):
        """The field whose value keeps the option from working, or None."""
        return next((field for field, allowed in OPTIONS[option].items() if self[field] not in allowed), None)

    def _labels(self, field, values):
        labels = dict(self._fields[field]._description_selection(self.env))
        return ", ".join(f'"{labels[value]}"' for value in values)
