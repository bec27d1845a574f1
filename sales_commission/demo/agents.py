"""An external agent: a contact with a portal login who brought some of the customers."""

from odoo.fields import Command

from odoo.addons.sales_tracking.tools.customer_documents import DOCUMENT_TYPES

AGENT = {
    "name": "CV Perantara Nusantara",
    "street": "Jalan Pala 7",
    "city": "Surabaya",
    "email": "agen@example.com",
    "lang": "en_US",
}
# As many of the customers with the most orders are the agent's.
CUSTOMERS = 3


def create_agent(env, company):
    agent = env["res.partner"].create(
        {**AGENT, "is_company": True, "country_id": company.country_id.id, "company_id": company.id}
    )
    # Made without an invitation by mail.
    env["res.users"].with_context(no_reset_password=True).create(
        {
            "partner_id": agent.id,
            "login": "agent",
            "password": "agent",
            "company_id": company.id,
            "company_ids": [Command.set(company.ids)],
            "group_ids": [Command.set(env.ref("base.group_portal").ids)],
        }
    )
    groups = env["sale.order"]._read_group(
        [("company_id", "=", company.id), ("state", "=", "sale")],
        ["partner_id"],
        order="__count desc, partner_id",
        limit=CUSTOMERS,
    )
    customers = env["res.partner"].union(*(partner for (partner,) in groups)).commercial_partner_id
    customers.with_company(company).commission_agent_id = agent
    of_customers = [("company_id", "=", company.id), ("partner_id.commercial_partner_id", "in", customers.ids)]
    env["sale.order"].search(of_customers).commission_agent_id = agent
    env["account.move"].search([*of_customers, ("move_type", "in", DOCUMENT_TYPES)]).commission_agent_id = agent
    return agent
