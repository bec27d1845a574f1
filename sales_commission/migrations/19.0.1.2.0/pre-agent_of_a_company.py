def migrate(cr, version):
    """Keep the agents of customers for each company in which they earned; branches follow the company above."""
    cr.execute("ALTER TABLE res_partner RENAME COLUMN commission_agent_id TO commission_agent_of_all")
    cr.execute("ALTER TABLE res_partner ADD COLUMN commission_agent_id jsonb")
    cr.execute(
        """
        UPDATE res_partner customer SET commission_agent_id = (
            SELECT jsonb_object_agg(company.id, agent.id)
            FROM res_company company
            JOIN res_partner agent ON agent.id = customer.commission_agent_of_all
            WHERE CASE WHEN COALESCE(agent.company_id, customer.company_id) IS NULL
                THEN company.parent_id IS NULL
                ELSE company.id = COALESCE(agent.company_id, customer.company_id)
            END
        )
        WHERE customer.commission_agent_of_all IS NOT NULL
        """
    )
    cr.execute("ALTER TABLE res_partner DROP COLUMN commission_agent_of_all")
