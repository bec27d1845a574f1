from odoo.tools import SQL

# (option, what it is where it is not used, the field and its values where it works)
OPTIONS = (
    ("rate", 0, "kind", ("percent",)),
    ("unit_amount", 0, "kind", ("per_unit", "per_document")),
    ("deal_cap", 0, "kind", ("percent", "per_unit", "per_document")),
    ("uom_id", None, "kind", ("per_unit",)),
    ("override_level", 1, "role", ("override",)),
)


def migrate(cr, version):
    """Clear the options that a rule ignored, so that its terms say what it pays."""
    for option, unused, field, works in OPTIONS:
        cr.execute(
            SQL(
                "UPDATE sales_commission_rule SET %(option)s = %(unused)s"
                " WHERE %(option)s IS DISTINCT FROM %(unused)s AND %(field)s NOT IN %(works)s",
                option=SQL.identifier(option),
                unused=unused,
                field=SQL.identifier(field),
                works=works,
            )
        )
    cr.execute(
        """DELETE FROM sales_commission_tier tier
        USING sales_commission_rule rule
        WHERE rule.id = tier.rule_id AND rule.kind NOT IN ('tiers', 'attainment')"""
    )
