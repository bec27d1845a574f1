from odoo.fields import Command
from odoo.tests import TransactionCase, tagged

from ...tools.shipped_data import rewrite_access_rules, rewrite_records

OWN = "sales_tracking.rule_sales_interaction_own"
LOG = "odoo.addons.sales_tracking.tools.shipped_data"


@tagged("post_install", "-at_install")
class TestShippedData(TransactionCase):
    def _content(self, rule):
        names = ["name", "domain_force", "groups", "perm_read", "perm_write", "perm_create", "perm_unlink"]
        # Several groups are in no order.
        return [{**values, "groups": {*values["groups"]}} for values in rule.read(names)]

    def _as_installed(self, record):
        """Make the record look like one that nobody touched since its installation."""
        self.env.flush_all()
        self.env.cr.execute(f"UPDATE {record._table} SET write_uid = 1 WHERE id = %s", [record.id])
        self.env.invalidate_all()

    def test_rule_of_an_earlier_version(self):
        rule = self.env.ref(OWN)
        shipped = self._content(rule)
        rule.write(
            {
                "domain_force": "[(1, '=', 1)]",
                "perm_unlink": False,
                "groups": [Command.link(self.env.ref("base.group_portal").id)],
            }
        )
        self._as_installed(rule)
        self.assertNotEqual(self._content(rule), shipped)
        rewrite_access_rules(self.env, "sales_tracking")
        self.assertEqual(self._content(rule), shipped)

    def test_second_time_changes_nothing(self):
        rules = self.env["ir.rule"].search([("model_id.model", "=like", "sales.%")])
        shipped = self._content(rules)
        for addon in ("sales_tracking", "sales_target", "sales_commission"):
            if self.env["ir.module.module"]._get(addon).state == "installed":
                rewrite_access_rules(self.env, addon)
        self.assertEqual(self._content(rules), shipped)

    def test_deleted_rule_comes_back_and_dropped_one_goes(self):
        rule = self.env.ref(OWN)
        dropped = rule.copy()
        own = rule.copy()
        self.env["ir.model.data"].create(
            {
                "module": "sales_tracking",
                "name": "rule_of_an_earlier_version",
                "model": "ir.rule",
                "res_id": dropped.id,
                "noupdate": True,
            }
        )
        rule.unlink()
        rewrite_access_rules(self.env, "sales_tracking")
        self.assertTrue(self.env.ref(OWN))
        self.assertFalse(dropped.exists())
        self.assertTrue(own.exists(), "a rule that an administrator made stays")

    def test_edited_by_an_administrator(self):
        rule = self.env.ref(OWN)
        rule.with_user(self.env.ref("base.user_admin")).domain_force = "[('user_id', '=', user.id)]"
        with self.assertLogs(LOG, "WARNING") as logs:
            rewrite_access_rules(self.env, "sales_tracking")
        self.assertEqual(rule.domain_force, "[('user_id', '=', user.id)]")
        self.assertIn(OWN, logs.output[0])
        self.assertEqual(len(logs.output), 1)

    def test_other_records(self):
        outcome = self.env.ref("sales_tracking.sales_interaction_outcome_answered")
        shipped = outcome.name
        outcome.name = "Of an earlier version"
        self._as_installed(outcome)
        rewrite_records(self.env, "sales_tracking", "sales_interaction_outcome_answered")
        self.assertEqual(outcome.name, shipped)
        with self.assertRaises(ValueError):
            rewrite_records(self.env, "sales_tracking", "no_such_record")
