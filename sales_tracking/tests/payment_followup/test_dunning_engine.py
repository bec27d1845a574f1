from odoo import fields
from odoo.tests import tagged
from odoo.tools import SQL

from ...models.payment_followup import followup_query
from ...tools.clock import JobDay
from .common_dunning import DunningCommon


@tagged("post_install", "-at_install")
class TestDunningEngine(DunningCommon):
    """The number of statements does not grow with the number of customers or open items."""

    def _owe(self, count):
        """So many customers that owe two instalments each, the rows of the journal alone."""
        template = self._lines(self._owed())
        partners = self.env["res.partner"].create([{"name": f"Toko {number}"} for number in range(count)])
        self.env.flush_all()
        columns = [
            name
            for [name] in self.env.execute_query(
                SQL(
                    "SELECT column_name FROM information_schema.columns"
                    " WHERE table_name = 'account_move_line' AND column_name NOT IN ('id', 'partner_id')"
                )
            )
        ]
        self.env.cr.execute(
            SQL(
                "INSERT INTO account_move_line (partner_id, %s)"
                " SELECT partner.id, %s FROM account_move_line line, generate_series(1, 2), res_partner partner"
                " WHERE line.id = %s AND partner.id IN %s",
                SQL(", ").join(SQL.identifier(name) for name in columns),
                SQL(", ").join(SQL.identifier("line", name) for name in columns),
                template.id,
                partners._ids,
            )
        )
        self.env.invalidate_all()
        return partners

    def _statements(self, work):
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        result = work()
        return self.cr.sql_log_count - before, result

    def test_selection_is_one_statement(self):
        accounts = self.env["sales.dunning.account"]
        today = self._day("2026-03-08")
        few = self._owe(10)
        accounts._selected(self.company, today)
        first, (due, _covered, _proposed) = self._statements(lambda: accounts._selected(self.company, today))
        self.assertEqual(len(due), 11)
        many = self._owe(1000)
        accounts._selected(self.company, today)
        second, (due, _covered, _proposed) = self._statements(lambda: accounts._selected(self.company, today))
        self.assertEqual(len(due), 1011)
        # One query, between the two that set and reset how PostgreSQL plans it.
        self.assertEqual((first, second), (3, 3))
        self.assertEqual(due.partner_id, few | many | self.customer)

    def test_work_list_does_not_grow(self):
        accounts = self.env["sales.dunning.account"].with_context(dunning_today=JobDay.of(self._day("2026-03-08")))
        names = ["partner_id", "state", "claimed", "total_due", "oldest_due", "next_day", "level_id"]

        def read():
            return accounts.search([("state", "=", "due")], order="oldest_due, id").read(names)

        self._owe(10)
        accounts._selected(self.company)
        read()
        first, rows = self._statements(read)
        self.assertEqual((len(rows), rows[1]["total_due"]), (11, 2000))
        self._owe(989)
        accounts._selected(self.company)
        second, rows = self._statements(read)
        self.assertEqual(len(rows), 1000)
        self.assertEqual(first, second)

    def test_one_customer_costs_the_same_among_many(self):
        def take(partner):
            account = self._account(partner)
            return self._statements(lambda: account._take(self._day("2026-03-08")))

        few = self._owe(10)
        self.level_1.write({"send_mail": False, "print_letter": True})
        take(few[0])
        first, outcome = take(few[1])
        self.assertEqual(outcome, "sent")
        many = self._owe(1000)
        take(many[499])
        second, outcome = take(many[500])
        self.assertEqual(outcome, "sent")
        self.assertEqual(first, second)

    def test_sorted_and_grouped_by_its_figures(self):
        small, large = self.env["res.partner"].create([{"name": name} for name in ("Small", "Large")])
        self._owed(10, due="2026-03-01", partner=small)
        self._owed(999, due="2026-02-20", partner=large)
        accounts = self.env["sales.dunning.account"].with_context(dunning_today=JobDay.of(self._day("2026-03-08")))
        accounts._selected(self.company)
        among = [("partner_id", "in", (small | large).ids)]
        self.assertEqual(accounts.search(among, order="total_due DESC").partner_id.mapped("name"), ["Large", "Small"])
        self.assertEqual(accounts.search(among, order="oldest_due DESC").partner_id.mapped("name"), ["Small", "Large"])
        self.assertEqual(accounts.search([*among, ("oldest_due", "<", "2026-03-01")]).partner_id, large)
        self.assertEqual(accounts.search([*among, ("state", "=", False)]).ids, [])
        [group] = accounts.formatted_read_group(among, ["state"], ["__count", "total_due:sum"])
        self.assertEqual((group["state"], group["__count"], group["total_due:sum"]), ("due", 2, 1009))

    def test_the_work_list_is_true_right_after_the_installation(self):
        self._owed()
        accounts = self.env["sales.dunning.account"]
        self.assertFalse(accounts.search([("partner_id", "=", self.customer.id)]))
        accounts._open_overdue(self.company)
        self.assertTrue(accounts.search([("partner_id", "=", self.customer.id), ("total_overdue", ">", 0)]))

    def test_the_work_list_is_true_between_two_runs(self):
        """What both kinds of screen read first, with the rights of who looks."""
        accounts = self.env["sales.dunning.account"].with_user(self.accountant)
        others = self.env["res.partner"].create([{"name": name} for name in ("Monday", "Tuesday")])
        among = [("partner_id", "in", others.ids), ("total_overdue", ">", 0)]
        self._owed(partner=others[0])
        [row] = accounts.web_search_read(among, {"partner_id": {"fields": {"display_name": {}}}})["records"]
        self.assertEqual(row["partner_id"]["display_name"], "Monday")
        self._owed(partner=others[1], due=fields.Date.today())
        self._owed(partner=others[1])
        groups = accounts.web_read_group(among, ["state"], ["__count"])["groups"]
        self.assertEqual(sum(group["__count"] for group in groups), 2)

    def test_statement_of_no_policy(self):
        self.policy.active = False
        self._owed()
        rows = self.env.execute_query_dict(
            self.env["sales.dunning.account"]._statement(
                followup_query.customers, SQL("debtor.id = %s", self.customer.id), self._day("2026-03-08")
            )
        )
        found = [(row["total_overdue"], row["is_due"], row["state"]) for row in rows]
        self.assertEqual(found, [(1000, False, "no_policy")])
