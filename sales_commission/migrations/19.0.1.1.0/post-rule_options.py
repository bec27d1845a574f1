def migrate(cr, version):
    """Clear the options that a rule's kind ignored, so that its terms say what it pays and can be copied."""
    cr.execute("UPDATE sales_commission_rule SET deal_cap = 0 WHERE deal_cap > 0 AND kind IN ('tiers', 'attainment')")
    cr.execute("UPDATE sales_commission_rule SET uom_id = NULL WHERE uom_id IS NOT NULL AND kind != 'per_unit'")
