def migrate(cr, version):
    """Plans whose terms were approved pay for what they paid then: the documents of their company alone."""
    cr.execute(
        """
        UPDATE sales_commission_plan SET with_branches = FALSE
        WHERE state <> 'draft'
            AND EXISTS (SELECT FROM res_company branch WHERE branch.parent_id = sales_commission_plan.company_id)
        """
    )
