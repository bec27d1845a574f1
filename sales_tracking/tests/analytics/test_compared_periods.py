from ast import literal_eval

from freezegun import freeze_time
from lxml import etree

from odoo.fields import Domain
from odoo.tests import tagged

from ..common import SalesTrackingCommon


@tagged("post_install", "-at_install")
class TestComparedPeriods(SalesTrackingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._order(100, moment="2025-03-20 03:00:00")
        cls._order(200, moment="2026-01-31 03:00:00")
        cls._order(400, moment="2026-02-10 03:00:00")
        cls._order(50, moment="2026-02-27 03:00:00", user=cls.peer)
        cls._order(500, moment="2026-03-15 03:00:00")

    def _groups(self, groupby, measures, *limits, user=None):
        report = self.env["sales.comparison.report"].with_user(user or self.manager)
        domain = [("basis", "=", "ordered"), ("company_id", "=", self.company.id), *limits]
        groups = report.formatted_read_group(domain, [groupby], measures)
        return {group[groupby][0][:7]: tuple(group[measure] for measure in measures) for group in groups}

    def test_months_beside_the_month_and_the_year_before(self):
        measures = ["amount:sum", "previous_month:sum", "previous_month_change:avg", "previous_year:sum"]
        groups = self._groups("day:month", measures, ("day", ">=", "2026-02-01"), ("day", "<=", "2026-03-31"))
        self.assertEqual(groups, {"2026-02": (450, 200, 1.25, False), "2026-03": (500, 450, 50 / 450, 100)})

    def test_as_many_days_are_compared_as_have_been(self):
        """To 15 March: of February, what was ordered until the 15th."""
        measures = ["amount:sum", "previous_month:sum", "previous_year:sum"]
        groups = self._groups("day:month", measures, ("day", ">=", "2026-03-01"), ("day", "<=", "2026-03-15"))
        self.assertEqual(groups, {"2026-03": (500, 400, False)})

    def test_quarters_beside_the_quarter_before(self):
        measures = ["amount:sum", "previous_quarter:sum", "previous_quarter_change:avg", "previous_year_change:avg"]
        groups = self._groups("day:quarter", measures, ("day", ">=", "2026-01-01"), ("day", "<=", "2026-06-30"))
        self.assertEqual(groups["2026-01"], (1150, False, False, 10.5))
        self.assertEqual(groups["2026-04"], (False, 1150, -1, False))

    def test_only_what_the_reader_may_see(self):
        groups = self._groups("day:month", ["amount:sum"], ("day", "=", "2026-02-27"), user=self.salesperson)
        self.assertEqual(groups, {})
        groups = self._groups("day:month", ["amount:sum"], ("day", "=", "2026-02-27"), user=self.peer)
        self.assertEqual(groups, {"2026-02": (50,)})

    def test_the_sum_is_that_of_the_achievements(self):
        domain = [("basis", "in", ("ordered", "invoiced")), ("day", ">=", "2026-01-01")]
        [[here]] = self.env["sales.comparison.report"]._read_group(domain, [], ["amount:sum"])
        [[there]] = self.env["sales.achievement"]._read_group(domain, [], ["amount:sum"])
        self.assertEqual(here, there)


@tagged("post_install", "-at_install")
@freeze_time("2026-04-20 03:00:00")
class TestRetention(SalesTrackingCommon):
    def test_shares_of_the_customers_who_came_back(self):
        """Of four customers of January two ordered in February and one in March; April is not over, but counts."""
        customers = self.env["res.partner"].create([{"name": f"Customer {number}"} for number in range(5)])
        for customer, moments in zip(
            customers,
            (("2026-01-05", "2026-02-10", "2026-03-10"), ("2026-01-05", "2026-02-11"), ("2026-01-20",),
             ("2026-01-31", "2026-01-31"), ("2026-03-02", "2026-04-10")),
            strict=True,
        ):  # fmt: skip
            for moment in moments:
                self._order(moment=f"{moment} 03:00:00", partner_id=customer.id)
        report = self.env["sales.retention.report"].with_user(self.manager)
        domain = [("partner_id", "in", customers.ids)]
        groups = report._read_group(domain, ["cohort:month", "months_since"], ["rate:avg", "customers:sum"])
        self.assertEqual(
            [(cohort.month, later, rate, count) for cohort, later, rate, count in groups],
            [(1, 0, 1, 4), (1, 1, 0.5, 2), (1, 2, 0.25, 1), (1, 3, 0, 0), (3, 0, 1, 1), (3, 1, 1, 1)],
        )
        [[rate, count]] = report._read_group(domain, [], ["rate:avg", "customers:sum"])
        self.assertEqual((rate, count), (False, 5), "a rate over different months is none; a customer counts once")


@tagged("post_install", "-at_install")
class TestFavourites(SalesTrackingCommon):
    def test_average_transaction(self):
        """Net ÷ orders; blank where there is none."""
        self._order(1000, moment="2026-03-10 03:00:00")
        self._order(500, moment="2026-03-11 03:00:00", lines=[(self.pepper, 1, 200), (self.pepper, 1, 300)])
        self._invoice(300)
        facts = self.env["sales.achievement"].with_company(self.company)
        days = [("company_id", "=", self.company.id), ("day", ">=", "2026-03-01"), ("day", "<=", "2026-03-31")]
        groups = dict(facts._read_group(days, ["basis"], ["average_amount:avg"]))
        self.assertEqual((groups["ordered"], groups["invoiced"]), (750, 300))
        [[nothing]] = facts._read_group([*days, ("basis", "=", "won")], [], ["average_amount:avg"])
        self.assertFalse(nothing)

    def test_favourites_read_what_they_name(self):
        """Every shipped favourite names fields of its report that a salesperson may read."""
        shipped = self.env["ir.model.data"].search([("module", "=", "sales_tracking"), ("model", "=", "ir.filters")])
        favourites = self.env["ir.filters"].browse(shipped.mapped("res_id"))
        self.assertEqual(len(favourites), 11)
        for favourite in favourites:
            report = self.env[favourite.model_id].with_user(self.salesperson)
            context = literal_eval(favourite.context)
            measures = [
                f"{name}:{report._fields[name].aggregator}"
                for name in {*context["pivot_measures"], context.get("graph_measure", context["pivot_measures"][0])}
            ]
            groups = [*context["pivot_row_groupby"], *context["pivot_column_groupby"]]
            with self.subTest(favourite.name):
                report.formatted_read_grouping_sets(
                    literal_eval(favourite.domain), [groups, context.get("graph_groupbys", [])], measures
                )

    def test_this_year_begins_on_its_first_day(self):
        """East of Greenwich, too: midnight there is the day before in UTC."""
        for model in ("sales.achievement", "sales.comparison.report", "sales.reconciliation.report"):
            report = self.env[model].with_context(tz="Asia/Jakarta")
            search = etree.fromstring(report.get_view(view_type="search")["arch"])
            [this_year] = search.findall(".//filter[@name='this_year']")
            with self.subTest(model), freeze_time("2026-11-28 03:00:00"):
                conditions = Domain(literal_eval(this_year.get("domain"))).optimize_full(report).iter_conditions()
                self.assertEqual([str(each.value) for each in conditions if each.operator == ">="], ["2026-01-01"])

    def test_names_are_in_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("id_ID")
        self.manager.lang = "id_ID"
        favourite = self.env.ref("sales_tracking.filter_total_sales")
        action = self.env.ref("sales_tracking.sales_achievement_action")

        def names():
            filters = self.env["ir.filters"].with_user(self.manager).with_context(lang="id_ID")
            found = filters.get_filters("sales.achievement", action.id)
            return [each["name"] for each in found if each["id"] == favourite.id]

        self.assertEqual(
            names(), [str(self.env["ir.filters"].with_context(lang="id_ID").env._("Total Sales by Month"))]
        )
        favourite.name = "Ours"
        self.assertEqual(names(), ["Ours"])
