import psycopg2

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import MARCH, SalesCommissionCommon


@tagged("post_install", "-at_install")
class TestCommissionLedger(SalesCommissionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls._plan([cls._percent(0.05)])
        cls.invoice = cls._invoice(1000, "2026-03-02")
        cls.plan.action_compute(MARCH)
        cls.entry = cls.env["sales.commission.entry"].search([("plan_id", "=", cls.plan.id)])
        cls.columns = cls._read_table()

    @classmethod
    def _read_table(cls):
        cls.env.flush_all()
        cls.env.cr.execute("SELECT * FROM sales_commission_entry WHERE id = %s", [cls.entry.id])
        return cls.env.cr.fetchall()

    def test_entry(self):
        self.assertRecordValues(
            self.entry,
            [
                {
                    "plan_id": self.plan.id,
                    "version_id": self.plan.version_ids.id,
                    "rule_id": self.plan.version_ids.rule_ids.id,
                    "user_id": self.salesperson.id,
                    "partner_id": self.salesperson.partner_id.id,
                    "role": "seller",
                    "kind": "earned",
                    "base_amount": 1000,
                    "rate": 0.05,
                    "amount": 50,
                    "currency_id": self.company.currency_id.id,
                    "company_id": self.company.id,
                    "date": self._day("2026-03-02"),
                    "period_start": self._day("2026-03-01"),
                    "origin_period_start": self._day("2026-03-01"),
                    "res_model": "account.move",
                    "res_id": self.invoice.id,
                    "document_name": self.invoice.display_name,
                    "customer_id": self.contact.id,
                    "explanation": "1,000.00 × 5\N{NO-BREAK SPACE}% = 50.00.",
                }
            ],
        )
        self.assertEqual(self.entry.action_open_document()["res_id"], self.invoice.id)

    def test_entries_are_never_changed(self):
        for entry in (self.entry.sudo(), self.entry.with_user(self.administrator).sudo()):
            for change in (
                lambda entry=entry: entry.write({"amount": 1}),
                lambda entry=entry: entry.write({"statement_id": False}),
                lambda entry=entry: entry.write({"company_id": self.company_2.id}),
                lambda entry=entry: entry.unlink(),
            ):
                with self.assertRaisesRegex(UserError, "ledger can't be changed"), self.cr.savepoint():
                    change()
        self.assertEqual(self._read_table(), self.columns)

    def test_no_cascade_reaches_the_ledger(self):
        """Every foreign key of the ledger refuses the deletion of what it points to."""
        self.env.cr.execute(
            """SELECT conname, confdeltype FROM pg_constraint
            WHERE contype = 'f' AND conrelid = 'sales_commission_entry'::regclass"""
        )
        rules = dict(self.env.cr.fetchall())
        own_keys = {
            name: rule for name, rule in rules.items() if not name.endswith(("create_uid_fkey", "write_uid_fkey"))
        }
        self.assertEqual(set(own_keys.values()), {"r"})
        self.assertEqual(len(own_keys), 8)

    @mute_logger("odoo.sql_db")
    def test_deleting_what_an_entry_points_to(self):
        for table, record in (
            ("sales_commission_plan", self.plan),
            ("sales_commission_version", self.plan.version_ids),
            ("sales_commission_rule", self.plan.version_ids.rule_ids),
            ("sales_commission_statement", self.entry.statement_id),
            ("res_users", self.salesperson),
            ("res_partner", self.salesperson.partner_id),
            ("res_company", self.company),
        ):
            with self.subTest(table=table), self.assertRaises(psycopg2.IntegrityError), self.cr.savepoint():
                self.env.cr.execute(f"DELETE FROM {table} WHERE id = %s", [record.id])  # pylint: disable=sql-injection
        self.assertEqual(self._read_table(), self.columns)

    def test_entry_outlives_its_document(self):
        self.invoice.button_draft()
        self.invoice.with_context(force_delete=True).unlink()
        self.assertEqual(self._read_table(), self.columns)
        self.assertIn("(deleted)", self.entry.document_name)
        with self.assertRaisesRegex(UserError, "no longer exists"):
            self.entry.action_open_document()
        self.assertEqual(self.plan.action_compute(MARCH)["amount"], -50)

    def test_new_runs_leave_old_entries_alone(self):
        self.invoice.button_draft()
        self.invoice.invoice_line_ids.price_unit = 500
        self.invoice.action_post()
        self.plan.action_compute(MARCH)
        self.entry.statement_id.with_user(self.administrator).action_confirm()
        self.invoice.invoice_user_id = self.peer
        self.plan.action_compute(MARCH)
        self.assertEqual(self._read_table(), self.columns)

    @mute_logger("odoo.sql_db")
    def test_the_database_keeps_the_key_unique(self):
        names = [
            name for name, field in self.entry._fields.items() if field.store and field.column_type and name != "id"
        ]
        columns = ", ".join(f'"{name}"' for name in names)
        with self.assertRaisesRegex(psycopg2.IntegrityError, "key_unique"), self.cr.savepoint():
            self.env.cr.execute(  # pylint: disable=sql-injection
                f"INSERT INTO sales_commission_entry ({columns})"
                f" SELECT {columns} FROM sales_commission_entry WHERE id = %s",
                [self.entry.id],
            )

    def test_explanation_in_the_reader_s_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        explanation = self.entry.with_context(lang="fr_FR").explanation
        self.assertIn("000,00 × 5\N{NO-BREAK SPACE}% = 50,00", explanation)

    def test_explanations_of_tiers(self):
        self._invoice(7000, "2026-03-03")
        self._invoice(8000, "2026-03-04")
        space = "\N{NO-BREAK SPACE}"
        for mode, expected in (
            ("marginal", f"Base from 8,000.00 to 16,000.00: 2,000.00 × 5{space}% + 6,000.00 × 8{space}% = 580.00."),
            ("whole", f"16,000.00 × 8{space}% = 1,280.00, less 400.00 for 8,000.00 before = 880.00."),
        ):
            plan = self._plan([self._tiers(mode)])
            plan.action_compute(MARCH)
            self.assertEqual(self._entries(plan).sorted("document_date")[-1].explanation, expected)
