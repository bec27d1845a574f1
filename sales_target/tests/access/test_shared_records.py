from odoo.tests import tagged

from odoo.addons.sales_tracking.tests.mixin.common_shared import SharedRecordsCase

from ..common import SalesTargetCommon


@tagged("post_install", "-at_install")
class TestSharedRecords(SharedRecordsCase, SalesTargetCommon):
    addon = "sales_target"
    values = {"sales.target.profile": {"name": "Harvest"}}
