from odoo.tests import tagged

from odoo.addons.sales_tracking.tests.common import SalesTrackingCommon
from odoo.addons.sales_tracking.tests.mixin.common_shared import SharedRecordsCase


@tagged("post_install", "-at_install")
class TestSharedRecords(SharedRecordsCase, SalesTrackingCommon):
    """Every model of commissions belongs to a company."""

    addon = "sales_commission"
