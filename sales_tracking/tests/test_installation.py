from unittest.mock import patch

from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestInstallation(TransactionCase):
    def _commits(self, name, state):
        """How often the check of a module in that state ends the transaction."""
        module = self.env["ir.module.module"]._get(name)
        module.state = state
        with patch.object(self.env.cr, "commit") as commit:
            module._check()
        return commit.call_count

    def test_tables_are_let_go_of_before_data_is_loaded(self):
        self.assertEqual(self._commits("sales_tracking", "to install"), 1)

    def test_other_modules_and_updates_are_as_core_has_them(self):
        self.assertEqual(self._commits("sale_management", "to install"), 0)
        self.assertEqual(self._commits("sales_tracking", "to upgrade"), 0)
