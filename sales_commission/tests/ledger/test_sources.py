"""Who earns: shares, teams, agents, managers, and the days on which they are assigned."""

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from ..common import MARCH, TODAY, SalesCommissionCommon


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestCommissionSources(SalesCommissionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.third = cls._user("third", "sales_team.group_sale_salesman")
        cls.people = cls.salesperson | cls.peer | cls.third
        cls.agent = cls.env["res.partner"].create({"name": "Agen Timur"})
        cls.metric_ordered = cls.env.ref("sales_tracking.metric_ordered")

    # Shares

    def test_largest_remainder(self):
        """100.00 in three = 33.34, 33.33, 33.33; the credit note of all of it is the mirror image."""
        plan = self._plan([self._percent(0.1)], self.people)
        invoice = self._shared_invoice(1000, (33.34, 33.33, 33.33))
        plan.action_compute(MARCH)
        self.assertEqual(self._shared(plan, self.people), [33.34, 33.33, 33.33])
        credit = self._reverse(invoice, "2026-03-10")
        self.assertEqual(plan.action_compute(MARCH)["amount"], -100)
        self.assertEqual(self._amounts(plan, res_id=credit.id), [-33.34, -33.33, -33.33])
        self.assertEqual(self._shared(plan, self.people), [0, 0, 0])

    def test_explanation_names_who_shared(self):
        """Row R1: on the order and on its invoice, for those who share; nothing where nobody shared."""
        ordered = self._plan([self._percent(0.1, self.metric_ordered)], self.people)
        invoiced = self._plan([self._percent(0.1)], self.people)
        order = self._order(1000, moment="2026-03-02 03:00:00")
        self._order(500, moment="2026-03-02 04:00:00")
        self.env["sales.credit.split"].with_user(self.lead_user).create(
            [{"order_id": order.id, "user_id": user.id, "share": 50} for user in (self.salesperson, self.peer)]
        )
        self._invoice_of(order, "2026-03-02")
        for plan in ordered | invoiced:
            plan.action_compute(MARCH)
        words = f"The credit was shared by {self.lead_user.name}."
        entries = self._entries(ordered) | self._entries(invoiced)
        self.assertEqual(len(entries), 5)
        for entry in entries:
            alone = entry.res_model == "sale.order" and entry.res_id != order.id
            self.assertEqual(words in entry.explanation, not alone)

    def test_equal_remainders_go_by_sequence(self):
        """0.05 at 50/30/20 = 0.03, 0.01, 0.01."""
        plan = self._plan([self._percent(0.05)], self.people)
        self._shared_invoice(1, (50, 30, 20))
        plan.action_compute(MARCH)
        self.assertEqual(self._shared(plan, self.people), [0.03, 0.01, 0.01])

    def test_shares_of_cash(self):
        plan = self._plan([self._percent(0.1, self.metric_collected)], self.people)
        invoice = self._shared_invoice(1000, (33.34, 33.33, 33.33))
        for day in ("2026-03-03", "2026-03-04", "2026-03-05"):
            self._pay(invoice, {"2026-03-05": 333.34}.get(day, 333.33), day)
        plan.action_compute(MARCH)
        self.assertEqual(self._shared(plan, self.people), [33.34, 33.33, 33.33])

    def test_people_with_different_tiers_share_the_base(self):
        """Each is rated alone: 60 % of 20,000 reaches the second tier, 40 % does not."""
        plan = self._plan([self._tiers()], self.salesperson | self.peer)
        order = self._order(20000, shares={self.salesperson: 60, self.peer: 40}, moment="2026-03-02 03:00:00")
        invoice = order._create_invoices()
        invoice.invoice_date = "2026-03-02"
        invoice.action_post()
        plan.action_compute(MARCH)
        self.assertEqual(self._shared(plan, self.salesperson | self.peer), [660, 400])

    def test_orders(self):
        plan = self._plan([self._percent(0.05, self.metric_ordered)], self.people)
        self._order(1000, moment="2026-03-02 03:00:00")
        self._order(1000, moment="2026-03-31 18:00:00")  # 1 April in Jakarta
        self.assertEqual(plan.action_compute(MARCH)["amount"], 50)
        self.assertEqual(self._entries(plan).res_model, "sale.order")

    # Teams

    def test_team_with_a_distribution(self):
        plan = self._plan([self._percent(0.1)], self.env["res.users"])
        plan.assignment_ids = [
            Command.clear(),
            Command.create(
                {
                    "beneficiary": "team",
                    "team_id": self.team.id,
                    "date_from": "2026-01-01",
                    "distribution_ids": [
                        Command.create({"user_id": user.id, "share": share, "sequence": index})
                        for index, (user, share) in enumerate(zip(self.people, (50, 30, 20), strict=True))
                    ],
                }
            ),
        ]
        self._invoice(0.5, "2026-03-02", user=self.manager)
        self._invoice(1000, "2026-03-02", team_id=self.other_team.id)
        plan.action_compute(MARCH)
        self.assertEqual(self._shared(plan, self.people), [0.03, 0.01, 0.01])

    def test_a_distribution_sums_to_the_whole(self):
        plan = self._plan([self._percent(0.1)])
        with self.assertRaisesRegex(ValidationError, "sum to 90.0 %"):
            plan.assignment_ids = [
                Command.create(
                    {
                        "beneficiary": "team",
                        "team_id": self.team.id,
                        "distribution_ids": [Command.create({"user_id": self.peer.id, "share": 90})],
                    }
                )
            ]

    # Agents

    def _agent_plan(self, rate=0.1, metric=None):
        plan = self._plan([self._percent(rate, metric)], approve=True)
        plan.assignment_ids = [
            Command.clear(),
            Command.create({"beneficiary": "agent", "agent_id": self.agent.id, "date_from": "2026-01-01"}),
        ]
        return plan

    def test_agent_of_the_customer(self):
        """From the customer over the order to the invoice and its credit note; the agent needs no login."""
        plan = self._agent_plan()
        self.customer.commission_agent_id = self.agent
        order = self._order(1000, moment="2026-03-02 03:00:00")
        self.assertEqual(order.commission_agent_id, self.agent)
        self.customer.commission_agent_id = False
        invoice = order._create_invoices()
        invoice.invoice_date = "2026-03-02"
        invoice.action_post()
        self.assertEqual(invoice.commission_agent_id, self.agent)
        plan.action_compute(MARCH)
        self.assertEqual(self._by_person(plan), {self.agent: 100})
        statement = self.env["sales.commission.statement"].search([("plan_id", "=", plan.id)])
        self.assertEqual((statement.partner_id, statement.user_id), (self.agent, self.env["res.users"]))
        self._reverse(invoice, "2026-03-05")
        plan.action_compute(MARCH)
        self.assertEqual(self._by_person(plan), {self.agent: 0})

    def test_agent_of_an_order_and_of_a_bare_invoice(self):
        ordered, invoiced = self._agent_plan(0.1, self.metric_ordered), self._agent_plan()
        self._order(1000, moment="2026-03-02 03:00:00", commission_agent_id=self.agent.id)
        self.customer.commission_agent_id = self.agent
        self._invoice(500, "2026-03-02")
        self.assertEqual(ordered.action_compute(MARCH)["amount"], 100)
        self.assertEqual(invoiced.action_compute(MARCH)["amount"], 50)

    def test_agent_of_another_company(self):
        """An agent who went over to another company earns nothing here any more, and keeps nobody from selling."""
        self.customer.commission_agent_id = self.agent
        self.assertEqual(self._order(1000).commission_agent_id, self.agent)
        self.agent.company_id = self.company_2
        self.assertFalse(self._order(1000).commission_agent_id)
        self.assertFalse(self._invoice(500, "2026-03-02").commission_agent_id)
        with self.assertRaisesRegex(UserError, "company inconsistencies"):
            self.customer.commission_agent_id = self.agent.copy({"company_id": self.company_2.id})

    def test_each_company_has_its_own_agent_of_a_shared_customer(self):
        """Who administrates another company decides nobody's pay here."""
        stranger = new_test_user(
            self.env, login="stranger", company_id=self.company_2.id, company_ids=[Command.set(self.company_2.ids)],
            groups="sales_team.group_sale_manager,base.group_partner_manager",
        )  # fmt: skip
        other = self.env["res.partner"].create({"name": "Agen Barat"})
        self.customer.with_user(self.administrator).commission_agent_id = self.agent
        self.customer.with_user(stranger).commission_agent_id = other
        self.assertEqual(self._order(1000).commission_agent_id, self.agent)
        self.assertEqual(self._invoice(500, "2026-03-02").commission_agent_id, self.agent)
        theirs = self.customer.with_company(self.company_2)
        self.assertEqual(theirs._commission_agent_in(self.company), self.agent, "not of the company one works in")
        self.assertEqual(self.customer._commission_agent_in(self.company_2), other)

    def test_a_branch_follows_the_company_above(self):
        branch = self.env["res.company"].create({"name": "Bandung", "parent_id": self.company.id})
        other = self.env["res.partner"].create({"name": "Agen Barat"})
        self.customer.commission_agent_id = self.agent
        self.assertEqual(self.customer._commission_agent_in(branch), self.agent)
        self.customer.with_company(branch).commission_agent_id = other
        self.assertEqual(self.customer._commission_agent_in(branch), other)
        self.assertEqual(self.customer._commission_agent_in(self.company), self.agent, "not the other way round")

    def _refused_agents(self, error, changes):
        for number, change in enumerate(changes):
            with self.subTest(number), self.assertRaises(error), self.env.cr.savepoint():
                change()
                self.env.flush_all()

    def test_only_administrators_choose_who_is_paid(self):
        """Row R1: not the salesperson of the customer, the confirmed order or the posted invoice."""
        self.salesperson.group_ids |= self.env.ref("account.group_account_invoice")
        self.salesperson.group_ids |= self.env.ref("base.group_partner_manager")
        order, invoice = self._order(1000), self._invoice(500, "2026-03-02")
        quotation = order.copy()
        agent = self.agent.id
        partners = self.env["res.partner"].with_user(self.salesperson)
        self._refused_agents(
            AccessError,
            (
                lambda: self.customer.with_user(self.salesperson).write({"commission_agent_id": agent}),
                lambda: partners.create({"name": "New", "commission_agent_id": agent}),
                lambda: partners.with_context(default_commission_agent_id=agent).create({"name": "New"}),
                lambda: order.with_user(self.salesperson).write({"commission_agent_id": agent}),
                lambda: invoice.with_user(self.salesperson).write({"commission_agent_id": agent}),
            ),
        )
        quotation.with_user(self.salesperson).commission_agent_id = agent
        self.assertEqual(quotation.commission_agent_id, self.agent)
        self.administrator.group_ids |= self.salesperson.group_ids
        for record in (self.customer, order, invoice):
            record.with_user(self.administrator).commission_agent_id = agent
            self.assertEqual(record.commission_agent_id, self.agent)
        # What the form sends back unchanged is no change, and a duplicate starts without.
        self.customer.with_user(self.salesperson).write({"commission_agent_id": agent, "comment": "Pepper"})
        self.assertFalse(self.customer.with_user(self.salesperson).copy().commission_agent_id)
        self.assertEqual(self.customer.with_user(self.administrator).copy().commission_agent_id, self.agent)

    def _choices_of_oneself(self, user):
        quotation = self._order(1000, user=user).copy().with_user(user)
        orders = quotation.browse()
        own, new = user.partner_id.id, {"partner_id": self.contact.id}
        return (
            lambda: quotation.write({"commission_agent_id": own}),
            lambda: quotation.copy({"commission_agent_id": own}),
            lambda: orders.create({**new, "commission_agent_id": own}),
            lambda: orders.with_context(default_commission_agent_id=own).create(new),
            lambda: self.customer.with_user(user).write({"commission_agent_id": own}),
        )

    def test_nobody_is_the_agent_by_the_own_hand(self):
        """Row R1: an administrator neither, and a draft, a copy or a default is no way around."""
        self.administrator.group_ids |= self.env.ref("base.group_partner_manager")
        for user in (self.salesperson, self.administrator):
            self._refused_agents(UserError, self._choices_of_oneself(user))
        # Chosen on the customer by somebody else, it goes along on the new sales of the same person.
        self.customer.with_user(self.administrator).commission_agent_id = self.salesperson.partner_id
        order = self._order(1000).with_user(self.salesperson).copy()
        self.assertEqual(order.commission_agent_id, self.salesperson.partner_id)

    def test_another_agent_later(self):
        """A complaint about OCA's modules: amounts that stay with the old agent."""
        other = self.env["res.partner"].create({"name": "Agen Barat"})
        plan = self._agent_plan()
        plan.assignment_ids = [Command.create({"beneficiary": "agent", "agent_id": other.id})]
        invoice = self._invoice(1000, "2026-03-02", commission_agent_id=self.agent.id)
        plan.action_compute(MARCH)
        invoice.commission_agent_id = other
        plan.action_compute(MARCH)
        self.assertEqual(self._by_person(plan), {self.agent: 0, other: 100})

    # Managers

    def test_manager_override(self):
        """It stands outside the shares: the seller's commission stays whole."""
        plan = self._plan([self._percent(0.05), self._percent(0.02, name="Lead", role="override")])
        self._override(plan, self.lead_user, self.salesperson)
        self._invoice(1000, "2026-03-02")
        self._invoice(200, "2026-03-03", move_type="out_refund")
        plan.action_compute(MARCH)
        self.assertEqual(self._shared(plan, self.salesperson | self.lead_user), [40, 16])
        override = self._entries(plan, role="override")
        self.assertEqual(override.sorted("document_date").mapped("kind"), ["override", "clawback"])

    def test_manager_of_a_shared_sale(self):
        plan = self._plan([self._percent(0.1, role="override")])
        for person in self.people:
            self._override(plan, self.lead_user, person)
        self._shared_invoice(1000, (33.34, 33.33, 33.33))
        plan.action_compute(MARCH)
        self.assertEqual(self._shared(plan, self.lead_user), [100])

    def test_leader_of_a_team_in_dates(self):
        plan = self._plan([self._percent(0.02, role="override")])
        self._override(plan, self.lead_user, team=self.team, date_to="2026-03-09")
        self._override(plan, self.manager, team=self.team, date_from="2026-03-10")
        for day in ("2026-03-02", "2026-03-09", "2026-03-10"):
            self._invoice(1000, day)
        self._invoice(1000, "2026-03-10", team_id=self.other_team.id)
        plan.action_compute(MARCH)
        self.assertEqual(self._shared(plan, self.lead_user | self.manager), [40, 20])

    def test_leader_who_sells(self):
        """No override on one's own sale, although it is the team's."""
        plan = self._plan([self._percent(0.05), self._percent(0.02, role="override")], self.lead_user)
        self._override(plan, self.lead_user, team=self.team)
        self._invoice(1000, "2026-03-02", user=self.lead_user)
        plan.action_compute(MARCH)
        self.assertEqual(self._shared(plan, self.lead_user), [50])

    def test_second_level(self):
        plan = self._plan(
            [
                self._percent(0.05),
                self._percent(0.02, name="First", role="override"),
                self._percent(0.01, name="Second", role="override", override_level=2),
            ]
        )
        self._override(plan, self.lead_user, self.salesperson)
        self._override(plan, self.manager, self.lead_user, date_from="2026-03-03")
        self._invoice(1000, "2026-03-02")
        self._invoice(1000, "2026-03-03")
        plan.action_compute(MARCH)
        self.assertEqual(self._shared(plan, self.salesperson | self.lead_user | self.manager), [100, 40, 10])

    def test_cycles_are_refused(self):
        plan = self._plan([self._percent(0.05)])
        self._override(plan, self.lead_user, self.salesperson)
        self._override(plan, self.manager, self.lead_user)
        for manager, person in (
            (self.salesperson, self.salesperson), (self.salesperson, self.lead_user), (self.salesperson, self.manager),
        ):  # fmt: skip
            with (
                self.subTest(manager=manager.login, person=person.login),
                self.assertRaisesRegex(ValidationError, "management line"),
                self.cr.savepoint(),
            ):
                self._override(plan, manager, person)
        self.assertEqual(len(plan.assignment_ids), 3)

    def test_a_line_that_turned_around(self):
        """Who was managed may manage later."""
        plan = self._plan([self._percent(0.02, role="override")])
        self._override(plan, self.lead_user, self.salesperson, date_to="2026-02-28")
        self._override(plan, self.salesperson, self.lead_user, date_from="2026-03-01")
        self._invoice(1000, "2026-03-02", user=self.lead_user)
        plan.action_compute(MARCH)
        self.assertEqual(self._shared(plan, self.salesperson), [20])

    # Days

    def test_hire_leave_return(self):
        plan = self._plan([self._percent(0.05)])
        plan.assignment_ids.write({"date_from": "2026-03-03", "date_to": "2026-03-05"})
        plan.assignment_ids = [Command.create({"user_id": self.salesperson.id, "date_from": "2026-03-08"})]
        for day in range(2, 10):
            self._invoice(100 * day, f"2026-03-{day:02}")
        plan.action_compute(MARCH)
        self.assertEqual(self._amounts(plan), [15, 20, 25, 40, 45])

    def test_cash_after_leaving(self):
        for pays, expected in ((True, 50), (False, 0)):
            with self.subTest(pays=pays):
                plan = self._plan([self._percent(0.05, self.metric_collected)], pay_after_leaving=pays)
                plan.assignment_ids.date_to = "2026-03-05"
                invoice = self._invoice(1000, "2026-03-04")
                self._pay(invoice, 1000, "2026-03-10")
                later = self._invoice(1000, "2026-03-06")
                self._pay(later, 1000, "2026-03-10")
                self.assertEqual(plan.action_compute(MARCH)["amount"], expected)
                (invoice | later).button_draft()
