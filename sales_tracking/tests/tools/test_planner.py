from unittest.mock import patch

from psycopg2.errors import DivisionByZero

from odoo.api import Environment
from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL, mute_logger

from ...tools.planner import planner_settings, query_dicts, query_rows


@tagged("post_install", "-at_install")
class TestPlannerSettings(TransactionCase):
    def _setting(self, name):
        self.env.cr.execute("SELECT CURRENT_SETTING(%s)", [name])
        return self.env.cr.fetchone()[0]

    def test_settings_end_with_the_block(self):
        self.env.cr.execute("SET LOCAL work_mem = '7MB'")
        before = self._setting("jit")
        with planner_settings(self.env.cr, jit="off", work_mem="9MB"):
            self.assertEqual((self._setting("jit"), self._setting("work_mem")), ("off", "9MB"))
            with planner_settings(self.env.cr, jit="on"):
                self.assertEqual(self._setting("jit"), "on")
            self.assertEqual(self._setting("jit"), "off")
        self.assertEqual((self._setting("jit"), self._setting("work_mem")), (before, "7MB"))

    def test_an_error_of_python_ends_them(self):
        self.env.cr.execute("SET LOCAL jit = on")
        with self.assertRaises(ValueError), planner_settings(self.env.cr, jit="off"):
            raise ValueError
        self.assertEqual(self._setting("jit"), "on")

    def test_a_failed_statement_takes_them_back(self):
        self.env.cr.execute("SET LOCAL jit = on")
        failing = planner_settings(self.env.cr, jit="off")
        with mute_logger("odoo.sql_db"), self.assertRaises(DivisionByZero), self.env.cr.savepoint(), failing:
            self.env.cr.execute("SELECT 1 / 0")
        self.assertEqual(self._setting("jit"), "on")

    def test_queries_are_read_without_compiling(self):
        self.env.cr.execute("SET LOCAL jit = on")
        query = SQL("SELECT CURRENT_SETTING('jit') AS jit, CURRENT_SETTING('work_mem') AS memory")
        self.assertEqual(query_rows(self.env, query, work_mem="9MB"), [("off", "9MB")])
        self.assertEqual(query_dicts(self.env, query, work_mem="9MB"), [{"jit": "off", "memory": "9MB"}])
        self.assertEqual(self._setting("jit"), "on")

    def test_what_a_query_depends_on_is_written_under_the_settings_of_the_server(self):
        self.env.cr.execute("SET LOCAL jit = on")
        partner, seen = self.env.user.partner_id, []
        flush = type(partner)._flush

        def watched(records, *args, **kwargs):
            seen.append(self._setting("jit"))
            return flush(records, *args, **kwargs)

        partner.comment = "Written first"
        comment = SQL.identifier("res_partner", "comment", to_flush=partner._fields["comment"])
        with patch.object(type(partner), "_flush", watched):
            [[found]] = query_rows(self.env, SQL("SELECT %s FROM res_partner WHERE id = %s", comment, partner.id))
        self.assertIn("Written first", found)
        self.assertEqual(seen[0], "on")

    def test_reports_are_read_without_compiling(self):
        self.env.cr.execute("SET LOCAL jit = on")
        report = self.env["sales.achievement"]
        domain = [("basis", "=", "ordered")]
        execute, seen = Environment.execute_query, []

        def watched(env, query):
            seen.append((self._setting("jit"), report._table in query.code))
            return execute(env, query)

        with patch.object(Environment, "execute_query", watched):
            report._read_group(domain, ["day:month"], ["amount:sum"])
            report.search_fetch(domain, ["amount"], limit=1)
            report.search_count(domain)
        self.assertEqual({jit for jit, of_report in seen if of_report}, {"off"})
        self.assertEqual(self._setting("jit"), "on")

    def test_describing_fields_reads_no_figures(self):
        """Each view that opens asks whether they can be sorted and grouped by."""
        for model, reader, field in (
            ("sale.order", "_read_followup", "followup_state"),
            ("sales.dunning.account", "_statement", "state"),
        ):
            with (
                self.subTest(model=model),
                patch.object(self.registry[model], reader, side_effect=AssertionError("figures were read")),
            ):
                described = self.env[model].fields_get([field])[field]
                self.assertTrue(described["sortable"] and described["groupable"])
                self.env[model].get_views([(False, "list"), (False, "search")])
