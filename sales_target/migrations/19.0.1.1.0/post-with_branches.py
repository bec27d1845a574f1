def migrate(cr, version):
    """Targets that were agreed on count what they counted then: the documents of their company alone."""
    cr.execute(
        """
        UPDATE sales_target SET with_branches = FALSE
        WHERE state <> 'draft'
            AND EXISTS (SELECT FROM res_company branch WHERE branch.parent_id = sales_target.company_id)
        """
    )
