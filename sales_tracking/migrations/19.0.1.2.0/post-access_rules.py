from odoo import SUPERUSER_ID, api

from odoo.addons.sales_tracking.tools.shipped_data import rewrite_access_rules


def migrate(cr, version):
    """Bring the access rules that changed to databases made before."""
    rewrite_access_rules(api.Environment(cr, SUPERUSER_ID, {}), "sales_tracking")
