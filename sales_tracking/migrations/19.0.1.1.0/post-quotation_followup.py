def migrate(cr, version):
    """Keep the quotation follow-up on where it was: until now it had no switch."""
    cr.execute("UPDATE res_company SET quotation_followup_automatic = TRUE")
