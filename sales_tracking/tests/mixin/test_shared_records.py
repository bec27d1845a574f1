from odoo.tests import tagged

from ..common import SalesTrackingCommon
from .common_shared import SharedRecordsCase


@tagged("post_install", "-at_install")
class TestSharedRecords(SharedRecordsCase, SalesTrackingCommon):
    addon = "sales_tracking"

    def _level(self, company):
        policy, _values = self._new("sales.dunning.policy", company)
        return {"name": "First", "delay": 7, "policy_id": policy.id}

    def _step(self, company):
        cadence, _values = self._new("sales.quotation.cadence", company)
        return {
            "summary": "Call",
            "action": "activity",
            "activity_type_id": self.env.ref("mail.mail_activity_data_call").id,
            "cadence_id": cadence.id,
        }

    values = {
        "sales.metric": lambda self, company: {
            "name": "Pepper",
            "code": f"pepper_{self.env['sales.metric'].search_count([])}",
        },
        "sales.dunning.policy": {"name": "Reminders"},
        "sales.dunning.level": _level,
        "sales.quotation.cadence": {"name": "Quotations"},
        "sales.quotation.cadence.step": _step,
        "sales.interaction.outcome": {"name": "Interested"},
        "sales.customer.class": {"name": "A"},
        "sales.chat.template": {"name": "Greeting", "body": "Good morning"},
        "sales.audience.tag": lambda self, company: {
            "name": f"Farmers {self.env['sales.audience.tag'].search_count([])}"
        },
    }

    def test_a_part_is_not_moved_to_what_is_shared(self):
        level, _values = self._new("sales.dunning.level", self.company)
        shared, _values = self._new("sales.dunning.policy")
        with self._refused():
            level.with_user(self.of_one).policy_id = shared

    def test_new_metrics_are_the_companys_of_who_has_one(self):
        metric = self.env["sales.metric"]
        self.assertEqual(metric.with_user(self.of_one).create({"name": "A", "code": "a_1"}).company_id, self.company)
        self.assertFalse(metric.with_user(self.of_all).create({"name": "B", "code": "b_1"}).company_id)

    def test_a_new_company_is_one_more_to_have(self):
        record, _values = self._new("sales.metric")
        record.with_user(self.of_all).name = "Chilli"
        self.env["res.company"].sudo().create({"name": "Third Company"})
        with self._refused():
            record.with_user(self.of_all).name = "Cumin"
