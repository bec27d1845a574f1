from datetime import date, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from ..common import SalesTrackingCommon

DEMOGRAPHICS = ("birth_date", "age", "age_band", "gender", "audience_tag_ids")


@tagged("post_install", "-at_install")
class TestDemographics(SalesTrackingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.employee = new_test_user(
            cls.env, "employee", "base.group_user,base.group_partner_manager,base.group_allow_export"
        )
        cls.tag = cls.env["sales.audience.tag"].create({"name": "Young family"})

    def _born(self, *births):
        return self.env["res.partner"].create([{"name": str(birth), "birth_date": birth} for birth in births])

    def _aged(self, domain, among):
        return self.env["res.partner"].search([*domain, ("id", "in", among.ids)], order="id")

    @freeze_time("2026-03-10 05:00:00")
    def test_age_and_band(self):
        people = self._born("1996-03-10", "1996-03-11", "2008-03-10", "2008-03-11", "1961-03-10")
        self.assertEqual(people.mapped("age"), [30, 29, 18, 17, 65])
        self.assertEqual(people.mapped("age_band"), ["25_34", "25_34", "18_24", "0_17", "65_plus"])
        unknown = self.env["res.partner"].create({"name": "Unknown"})
        self.assertEqual((unknown.age, unknown.age_band), (0, False))

    @freeze_time("2026-03-09 18:00:00")
    def test_today_in_the_zone_of_the_company(self):
        """In Jakarta it is 10 March already."""
        person = self._born("1996-03-10")
        self.assertEqual(person.age, 30)
        self.company.sales_tz = "America/Bogota"
        person.invalidate_recordset()
        self.assertEqual(person.age, 29)
        self.assertFalse(self._aged([("age", "=", 30)], person))

    def test_born_on_the_29th_of_february(self):
        """A year older on 1 March where there is no 29th; the search agrees with the field on every day."""
        person = self._born("2000-02-29")
        neighbours = person | self._born("2000-02-28", "2000-03-01", "2001-02-28", "2001-03-01")
        for day, age in (
            ("2023-02-28", 22), ("2023-03-01", 23), ("2024-02-28", 23), ("2024-02-29", 24), ("2024-03-01", 24),
        ):  # fmt: skip
            with freeze_time(f"{day} 05:00:00"):
                neighbours.invalidate_recordset(["age", "age_band"])
                self.assertEqual(person.age, age, day)
                for years in (21, 22, 23, 24):
                    of_age = neighbours.filtered(lambda each, years=years: each.age == years)
                    self.assertEqual(self._aged([("age", "=", years)], neighbours), of_age.sorted("id"), day)

    @freeze_time("2026-03-10 05:00:00")
    def test_search_by_age(self):
        people = self._born(*(f"{2026 - age}-03-{day}" for age in (17, 18, 29, 30, 31) for day in ("10", "11")))
        unknown = self.env["res.partner"].create({"name": "Unknown"})
        everyone = people | unknown

        def ages(*domain):
            return sorted(self._aged(domain, everyone).mapped("age"))

        self.assertEqual(ages(("age", "=", 30)), [30, 30])
        self.assertEqual(ages(("age", "in", [17, 30])), [17, 17, 30, 30])
        self.assertEqual(ages(("age", ">=", 30)), [30, 30, 31])
        self.assertEqual(ages(("age", ">", 30)), [31])
        self.assertEqual(ages(("age", "<", 18)), [16, 17, 17])
        self.assertEqual(ages(("age", "<=", 18)), [16, 17, 17, 18])
        self.assertEqual(ages(("age", ">=", 18), ("age", "<=", 29)), [18, 28, 29, 29])
        self.assertEqual(ages(("age", ">", 29.5)), [30, 30, 31])
        self.assertEqual(self._aged([("age", "=", False)], everyone), unknown)
        self.assertEqual(self._aged([("age", "!=", False)], everyone), people)
        self.assertEqual(len(self._aged([("age", "!=", 30)], everyone)), 9)
        self.assertFalse(ages(("age", ">", 5000)))
        self.assertEqual(len(ages(("age", "<", 5000))), 10)
        self.assertEqual(len(ages(("age", ">", -9000))), 10)

    @freeze_time("2026-03-10 05:00:00")
    def test_search_and_group_by_band(self):
        people = self._born("1996-03-10", "2008-03-10", "2008-03-11", "1961-03-10", "1900-01-01")
        unknown = self.env["res.partner"].create({"name": "Unknown"})
        groups = dict(
            self.env["res.partner"]._read_group([("id", "in", (people | unknown).ids)], ["age_band"], ["__count"])
        )
        self.assertEqual(groups, {"0_17": 1, "18_24": 1, "25_34": 1, "65_plus": 2, False: 1})
        for band, count in groups.items():
            self.assertEqual(len(self._aged([("age_band", "=", band)], people | unknown)), count, band)
        self.assertEqual(len(self._aged([("age_band", "in", ["0_17", "65_plus"])], people)), 3)
        self.assertTrue(self.env["res.partner"].fields_get(["age_band"])["age_band"]["groupable"])

    def test_birth_in_the_future_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "in the future"):
            self._born(date.today() + timedelta(days=3))

    def test_for_sales_only(self):
        """Other employees and portal users can neither read, search, group, sort, export nor write it."""
        person = self._born("1990-05-05")
        person.write({"gender": "female", "audience_tag_ids": [Command.set(self.tag.ids)]})
        self.assertTrue(person.with_user(self.salesperson).read(DEMOGRAPHICS))
        for user in (self.employee, self.portal_user):
            own_view = person.with_user(user)
            for name in DEMOGRAPHICS:
                self.assertNotIn(name, own_view.fields_get())
                # Who may not export at all is told so instead.
                with self.assertRaises(UserError):
                    own_view.export_data([name])
                for method, *arguments in (
                    ("read", [name]),
                    ("search_count", [(name, "!=", False)]),
                    ("search_count", [(f"child_ids.{name}", "!=", False)]),
                    ("formatted_read_group", [], [name], ["__count"]),
                    ("filtered_domain", [(name, "!=", False)]),
                    ("write", {name: False}),
                ):
                    with self.assertRaises(AccessError, msg=f"{user.login}: {method} {name}"):
                        getattr(own_view, method)(*arguments)
            with self.assertRaises(AccessError):
                own_view.search([], order="birth_date")
            with self.assertRaises(AccessError):
                self.env["sales.audience.tag"].with_user(user).search([])

    def test_on_the_form_of_persons(self):
        with Form(self.contact.with_user(self.manager)) as form:
            form.birth_date = "1990-05-05"
            form.gender = "female"
            form.audience_tag_ids.add(self.tag)
        self.assertEqual(self.contact.audience_tag_ids, self.tag)
        with self.assertRaises(AssertionError), Form(self.customer.with_user(self.manager)) as form:
            form.gender = "female"


@tagged("post_install", "-at_install")
class TestAudience(SalesTrackingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.city = "Kota Audiens"
        cls.shops = cls.env["res.partner"].create(
            [{"name": f"Shop {number}", "is_company": True, "city": cls.city} for number in range(4)]
        )
        cls.owner = cls.env["res.partner"].create(
            {"name": "Owner", "parent_id": cls.shops[0].id, "city": cls.city, "type": "other"}
        )
        cls.audience = cls._audience()

    @classmethod
    def _audience(cls, domain=None, **vals):
        domain = [("city", "=", cls.city)] if domain is None else domain
        return cls.env["sales.audience"].create({"name": "Town", "domain": repr(domain), **vals})

    def _figures(self, audience, user=None):
        audience.invalidate_recordset()
        [figures] = audience.with_user(user or self.env.user).read(
            ["member_count", "customer_count", "order_count", "sales", "conversion", "error"]
        )
        return tuple(value for name, value in figures.items() if name != "id")

    def test_figures(self):
        """Two of five members have bought: the owner by way of the shop, whose two orders count once each."""
        self._order(1000, partner_id=self.shops[0].id)
        self._order(250, partner_id=self.owner.id)
        self._order(99, partner_id=self.customer.id)
        self._order(500, partner_id=self.shops[1].id)._action_cancel()
        self.assertEqual(self._figures(self.audience), (5, 2, 2, 1250, 0.4, False))
        self._order(750, partner_id=self.shops[2].id)
        self.assertEqual(self._figures(self.audience), (5, 3, 3, 2000, 0.6, False))

    def test_empty_audience(self):
        nobody = self._audience([("name", "=", "Nobody at all")])
        self.assertEqual(self._figures(nobody), (0, 0, 0, 0, 0, False))
        self.assertEqual(self._figures(self._audience([("id", "=", False)])), (0, 0, 0, 0, 0, False))

    def test_revenue_at_the_rate_of_the_order(self):
        currency = self.setup_other_currency("EUR", rates=[("2020-01-01", 2)])
        pricelist = self.env["product.pricelist"].create({"name": "Foreign", "currency_id": currency.id})
        self._order(1000, partner_id=self.shops[0].id, pricelist_id=pricelist.id)
        self.assertEqual(self._figures(self.audience)[3], 500)

    def test_of_the_company(self):
        """Contacts and orders of another company do not count, whichever companies the reader has chosen."""
        self._order(1000, partner_id=self.shops[0].id, company_id=self.company_2.id, team_id=False, user_id=False)
        self.shops[3].company_id = self.company_2
        both = self.audience.with_context(allowed_company_ids=(self.company | self.company_2).ids)
        self.assertEqual((both.member_count, both.order_count), (4, 0))
        audiences = self.env["sales.audience"].with_user(self.foreign_user)
        self.assertFalse(audiences.search([("id", "=", self.audience.id)]))

    def test_under_the_rights_of_the_reader(self):
        self._order(1000, partner_id=self.shops[0].id, user=self.salesperson)
        self._order(500, partner_id=self.shops[1].id, user=self.manager)
        self.assertEqual(self._figures(self.audience, self.manager)[1:4], (3, 2, 1500))
        self.assertEqual(self._figures(self.audience, self.salesperson)[1:4], (2, 1, 1000))
        self.assertEqual(self._figures(self.audience, self.peer)[1:4], (0, 0, 0))
        self.assertEqual(self.audience.with_user(self.peer).sudo().sales, 0)
        for user in (self.portal_user, self.env.ref("base.public_user")):
            with self.assertRaises(AccessError):
                self.audience.with_user(user).read(["name"])
        with self.assertRaises(AccessError):
            self.audience.with_user(self.lead_user).name = "Changed"

    def test_bad_filters_say_what_is_wrong(self):
        for domain, reason in (
            ("[('nmae', '=', 'x')]", "nmae"),
            ("[('name', '=' 'x')]", "can't be used"),
            ("[('name', 'looks like', 'x')]", "looks like"),
            ("{'name': 'x'}", "can't be used"),
            ("[('birth_date', '>', 'soon')]", "soon"),
            ("[('name', '=', unknown)]", "unknown"),
            ("[('child_ids', 'any!', [])]", "any!"),
            ("__import__('os')", "can't be used"),
            ("[('id', '=', 'x')]", ""),
        ):
            with mute_logger("odoo.sql_db"), self.assertRaisesRegex(ValidationError, reason, msg=domain):
                self._audience().domain = domain

    def test_filter_that_reaches_what_the_reader_may_not_read(self):
        """Directly, through a relation, inside "any", and where a search method would not check it."""
        for leaf in (
            ("credit", ">", 0),
            ("parent_id.credit", ">", 0),
            ("child_ids", "any", [("credit", ">", 0)]),
            ("child_ids", "not any", ["|", ("name", "=", "x"), ("parent_id.credit", ">", 0)]),
        ):
            with self.assertRaises(ValidationError, msg=leaf):
                self.env["sales.audience"].with_user(self.manager).create({"name": "Sly", "domain": repr([leaf])})

    def test_a_bad_filter_spoils_only_its_own_figures(self):
        """The accountant's filter is good for the accountant alone; its members do not open for others."""
        self.env.user.group_ids |= self.env.ref("account.group_account_invoice")
        special = self._audience([("credit", "=", 0), ("city", "=", self.city)], name="Special")
        self.assertEqual(special.member_count, 5)
        of_manager = (special | self.audience).with_user(self.manager)
        self.assertEqual(of_manager.mapped("member_count"), [0, 5])
        self.assertIn("Special", of_manager[0].error)
        self.assertFalse(of_manager[1].error)
        with self.assertRaisesRegex(UserError, "Special"):
            of_manager[0].action_view_members()

    @freeze_time("2026-03-10 05:00:00")
    def test_filters_know_the_day_and_the_reader(self):
        self.shops[0].user_id = self.salesperson
        mine = self._audience()
        mine.domain = "[('user_id', '=', uid), ('create_date', '<', context_today() + relativedelta(years=100))]"
        self.assertEqual(mine.with_user(self.salesperson).member_count, 1)
        self.assertEqual(mine.with_user(self.peer).member_count, 0)

    def test_opens_members_and_sales(self):
        order = self._order(1000, partner_id=self.shops[0].id)
        self._order(99, partner_id=self.customer.id)
        for action, records in (
            (self.audience.action_view_members(), self.shops | self.owner),
            (self.audience.action_view_sales(), order),
        ):
            self.assertEqual(self.env[action["res_model"]].search(action["domain"]), records.sorted())

    def test_statements_do_not_grow(self):
        def read(audiences):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            audiences.mapped("sales")
            return self.cr.sql_log_count - before

        self._order(1000, partner_id=self.shops[0].id)
        read(self.audience)
        few = read(self.audience)
        self.env["res.partner"].create([{"name": f"Shop {number}", "city": self.city} for number in range(1000)])
        self.assertEqual(read(self.audience), few)
        self.assertEqual(self.audience.member_count, 1005)
        self.assertEqual(read(self.audience | self._audience() | self._audience()), few)
