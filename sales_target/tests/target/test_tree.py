from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..common import SalesTargetCommon


@tagged("post_install", "-at_install")
class TestTree(SalesTargetCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = [cls.salesperson, cls.peer, cls.lead_user]

    def _team_with_people(self, amount=100000, metric="invoiced", parts=None, **vals):
        team = self._target(amount, metric=metric, scope="team", **vals)
        for user, part_vals in zip(self.people, parts or [{}] * 3, strict=True):
            part = {"amount": 0, **vals, "parent_id": team.id, "user_id": user.id, **part_vals}
            self._target(metric=metric, **part)
        return team, team.child_ids.sorted("id")

    def test_equal_shares(self):
        team, parts = self._team_with_people()
        self.assertEqual(team.not_allocated, 100000)
        self.assertIs(team.action_allocate(), True)
        self.assertEqual(parts.mapped("amount"), [33333.34, 33333.33, 33333.33])
        self.assertEqual(team.not_allocated, 0)

    def test_digits_of_the_currency(self):
        shares = {"JPY": [33334, 33333, 33333], "KWD": [33333.334, 33333.333, 33333.333]}
        for code, expected in shares.items():
            currency = self.env["res.currency"].with_context(active_test=False).search([("name", "=", code)])
            currency.active = True
            company = self.env["res.company"].create({"name": code, "currency_id": currency.id})
            team = self.env["crm.team"].create({"name": code, "company_id": company.id})
            self.people[0].company_ids |= company
            whole = self._target(100000, scope="company", company_id=company.id)
            for _number in range(3):
                team = team.copy()
                self._target(0, scope="team", company_id=company.id, team_id=team.id, parent_id=whole.id)
            whole.action_allocate("equal")
            self.assertEqual(whole.child_ids.sorted("id").mapped("amount"), expected)
            self.assertEqual(whole.not_allocated, 0)

    def test_a_number_of_documents_is_shared_in_whole_ones(self):
        team, parts = self._team_with_people(100, metric="calls")
        team.action_allocate()
        self.assertEqual(parts.mapped("amount"), [34, 33, 33])

    def test_locked_part_is_kept_first(self):
        team, parts = self._team_with_people(parts=[{"amount": 40000, "is_locked": True}, {}, {}])
        team.action_allocate()
        self.assertEqual(parts.mapped("amount"), [40000, 30000, 30000])

    def test_averages_are_not_shared_and_not_added_up(self):
        team, parts = self._team_with_people(2500, metric="average_sale")
        parts.amount = 2500
        self.assertEqual((team.parts_amount, team.not_allocated), (0, 0))
        for method in (team.action_allocate, team.action_roll_up):
            with self._refused(UserError, "about an average"):
                method()
        whole = self._target(3000, metric="average_sale", scope="company")
        whole.action_add_parts()
        self.assertIn(3000, whole.child_ids.mapped("amount"))

    def test_agreed_part_is_kept(self):
        team, parts = self._team_with_people()
        parts[2].amount = 10000
        parts[2].action_approve()
        team.action_allocate()
        self.assertEqual(parts.mapped("amount"), [45000, 45000, 10000])

    def test_weights(self):
        team, parts = self._team_with_people(0.05, parts=[{"weight": 50}, {"weight": 30}, {"weight": 20}])
        team.action_allocate("weight")
        self.assertEqual(parts.mapped("amount"), [0.03, 0.01, 0.01])
        parts.weight = 0
        with self._refused(UserError, "all weights are zero"):
            team.action_allocate("weight")
        self.assertEqual(parts.mapped("amount"), [0.03, 0.01, 0.01])

    def test_last_years_results(self):
        self._invoice(3000, "2025-02-10")
        self._invoice(1000, "2025-02-28", user=self.peer)
        self._invoice(9999, "2025-03-01", user=self.peer)
        self._invoice(500, "2025-02-03", user=self.lead_user, move_type="out_refund")
        team, parts = self._team_with_people()
        team.action_allocate("last_year")
        self.assertEqual(parts.mapped("amount"), [75000, 25000, 0], "a negative result has no share")

    def test_nothing_last_year(self):
        team, __ = self._team_with_people()
        with self._refused(UserError, "nothing was reached in the same period last year"):
            team.action_allocate("last_year")

    def test_what_cannot_be_shared(self):
        team, parts = self._team_with_people(parts=[{"amount": 100000.01, "is_locked": True}, {}, {}])
        with self._refused(UserError, "exceed it by 0.01"):
            team.action_allocate()
        parts.is_locked = True
        with self._refused(UserError, "no part that could take a share"):
            team.action_allocate()
        with self._refused(UserError, "Choose from: equal, last_year, weight"):
            team.action_allocate("by chance")

    def test_preview_writes_nothing(self):
        team, parts = self._team_with_people()
        wizard = Form(self.env["sales.target.allocate"].with_context(default_target_id=team.id)).save()
        self.assertEqual(wizard.line_ids.mapped("amount"), [33333.34, 33333.33, 33333.33])
        self.assertEqual(parts.mapped("amount"), [0, 0, 0])
        wizard.action_allocate()
        self.assertEqual(parts.mapped("amount"), [33333.34, 33333.33, 33333.33])
        wizard.method = "weight"
        parts.weight = 0
        self.assertRegex(wizard.problem, "all weights are zero")

    def test_roll_up(self):
        company = self._target(1, scope="company")
        team, parts = self._team_with_people(2, parent_id=company.id)
        team.parent_id = company
        for part, amount in zip(parts, (100, 200.5, 300), strict=True):
            part.amount = amount
        self.assertEqual(team.not_allocated, -598.5, "a mismatch is shown, not repaired")
        company.action_roll_up()
        self.assertEqual((team.amount, company.amount), (600.5, 600.5))
        self.assertEqual(company.not_allocated, 0)

    def test_add_parts(self):
        company = self._target(scope="company", shape="even")
        own = self._target(5000)
        company.action_add_parts()
        self.assertLessEqual(self.team, company.child_ids.team_id)
        self.assertNotIn(self.other_team, company.child_ids.team_id, "it has no members")
        team = company.child_ids.filtered(lambda target: target.team_id == self.team)
        team.action_add_parts()
        self.assertEqual(team.child_ids.user_id, self.salesperson | self.peer)
        self.assertLessEqual(own, team.child_ids, "the target that was there becomes a part")
        team.action_add_parts()
        self.assertEqual(len(team.child_ids), 2)
        with self._refused(UserError, "no further parts"):
            own.action_add_parts()

    def test_archived_person_keeps_the_target(self):
        team, parts = self._team_with_people()
        self._invoice(1000, "2026-02-04", user=self.peer)
        self.peer.active = False
        self.assertEqual(self._figures(parts[1])["actual"], 1000)
        self.assertEqual(self._figures(team)["actual"], 1000)
        team.action_allocate()
        self.assertEqual(team.not_allocated, 0)

    def test_person_changes_team_within_the_period(self):
        """History stays with the team of the documents, and the company has each document once."""
        company = self._target(scope="company")
        jakarta = self._target(scope="team", parent_id=company.id)
        surabaya = self._target(scope="team", team_id=self.other_team.id, parent_id=company.id)
        person = self._target(parent_id=jakarta.id)
        self._invoice(1000, "2026-02-04")
        self.team.member_ids -= self.salesperson
        self.other_team.member_ids |= self.salesperson
        self._invoice(500, "2026-02-20", team_id=self.other_team.id)
        rows = (company | jakarta | surabaya | person).get_report("2026-03-01")
        actuals = {row["target_id"]: row["actual"] for row in rows}
        self.assertEqual(actuals, {company.id: 1500, jakarta.id: 1000, surabaya.id: 500, person.id: 1500})

    def test_unassigned_documents_count_for_the_company_alone(self):
        company, team, person = self._target(scope="company"), self._target(scope="team"), self._target()
        self._invoice(1000, "2026-02-04", invoice_user_id=False, team_id=False)
        rows = (company | team | person).get_report("2026-03-01")
        self.assertEqual(
            {row["target_id"]: row["actual"] for row in rows}, {company.id: 1000, team.id: 0, person.id: 0}
        )


@tagged("post_install", "-at_install")
class TestCuts(SalesTargetCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        spices = cls.env["product.category"].create({"name": "Spices"})
        cls.category = cls.env["product.category"].create({"name": "Pepper", "parent_id": spices.id})
        cls.spices = spices
        cls.pepper.categ_id = cls.category
        cls.segment = cls.env["res.partner.category"].create({"name": "Cafés"})
        cls.source = cls.env["utm.source"].create({"name": "Fair"})
        cls.customer.write({"category_id": [Command.link(cls.segment.id)], "country_id": cls.env.ref("base.id").id})
        cls.contact.country_id = cls.env.ref("base.id")

    def test_only_what_the_target_is_limited_to(self):
        other = self.env["res.partner"].create({"name": "Elsewhere", "country_id": self.env.ref("base.be").id})
        coffee = self._create_product(name="Coffee", lst_price=1, taxes_id=[])
        cuts = {
            "all": {},
            "category": {"categ_id": self.spices.id},
            "segment": {"segment_id": self.segment.id},
            "country": {"country_id": self.env.ref("base.id").id},
            "source": {"source_id": self.source.id},
            "both": {"categ_id": self.category.id, "country_id": self.env.ref("base.be").id},
        }
        targets = {name: self._target(**vals) for name, vals in cuts.items()}
        self._invoice(1000, "2026-02-04")
        self._invoice(500, "2026-02-04", partner_id=other.id, source_id=self.source.id)
        invoice = self._invoice(70, "2026-02-04", post=False)
        invoice.invoice_line_ids.product_id = coffee
        invoice.invoice_line_ids.price_unit = 70
        invoice.action_post()
        rows = self.env["sales.target"].browse([each.id for each in targets.values()]).get_report("2026-03-01")
        actuals = {row["target_id"]: row["actual"] for row in rows}
        self.assertEqual(
            {name: actuals[target.id] for name, target in targets.items()},
            {"all": 1570, "category": 1500, "segment": 1070, "country": 1070, "source": 500, "both": 500},
        )
        facts = self.env["sales.achievement"].search(targets["category"].action_open_facts()["domain"])
        self.assertEqual(sum(facts.mapped("amount")), 1500)

    def test_order_wide_discount(self):
        """1,000 of a category and 1,000 of another less 10 %: a target of the category has 900."""
        target = self._target(categ_id=self.category.id)
        coffee = self._create_product(name="Coffee", lst_price=1, taxes_id=[])
        order = self._order(lines=[(self.pepper, 1, 1000), (coffee, 1, 1000)])
        self.env["sale.order.discount"].create(
            {"sale_order_id": order.id, "discount_type": "so_discount", "discount_percentage": 0.1}
        ).action_apply_discount()
        invoice = order._create_invoices()
        invoice.write({"invoice_date": "2026-02-04", "invoice_payment_term_id": False})
        invoice.action_post()
        self.assertEqual(self._figures(target)["actual"], 900)

    def test_an_archived_segment_still_limits(self):
        target = self._target(segment_id=self.segment.id)
        self._invoice(1000, "2026-02-04")
        self.segment.active = False
        self.assertEqual(self._figures(target)["actual"], 1000)

    def test_totals_do_not_add_a_limit_to_the_whole(self):
        self._target(1000)
        self._target(400, categ_id=self.spices.id)
        self._target(600, categ_id=self.env["product.category"].create({"name": "Coffee"}).id)
        report = self.env["sales.target.report"]
        self.assertEqual(report._read_group([], [], ["amount:sum"]), [(False,)])
        self.assertEqual(report._read_group([("categ_id", "!=", False)], [], ["amount:sum"]), [(1000,)])

    def test_a_limited_target_does_not_overlap_the_whole(self):
        self._target()
        self._target(categ_id=self.spices.id)
        self._target(categ_id=self.category.id)
        with self._refused(ValidationError, "overlaps"):
            self._target(categ_id=self.spices.id)

    def test_part_lies_within_the_limits(self):
        wide = self._target(scope="team", categ_id=self.category.id)
        for vals in ({}, {"categ_id": self.spices.id}, {"country_id": self.env.ref("base.id").id}):
            with self.subTest(vals), self._refused(ValidationError, "can't be part of"):
                self._target(parent_id=wide.id, **vals)
        part = self._target(parent_id=wide.id, categ_id=self.category.id, source_id=self.source.id)
        self.assertEqual(wide.child_ids, part)
        self.assertIn("Spices / Pepper", part.display_name)
