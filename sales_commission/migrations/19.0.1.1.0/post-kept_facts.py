from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Keep what is known today of the documents of statements that were confirmed before."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    statements = env["sales.commission.statement"].search([("state", "!=", "draft")], order="period_start")
    for (plan, _period_start), confirmed in statements.grouped(lambda one: (one.plan_id, one.period_start)).items():
        plan._keep_facts(confirmed)
