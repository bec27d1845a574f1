import random
from collections import Counter
from datetime import timedelta
from decimal import Decimal

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import SQL

from ...report.attribution.sales_attribution_report import MODELS
from ..common import SalesTrackingCommon

CONFIRMED = fields.Datetime.to_datetime("2026-03-20 05:00:00")


class AttributionCommon(SalesTrackingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"attribution_lookback": 90, "attribution_half_life": 7})
        cls.fair, cls.web, cls.mail = cls.env["utm.source"].create(
            [{"name": "Spice Fair"}, {"name": "Web Shop"}, {"name": "Spring Letter"}]
        )
        cls.fair_medium = cls.env["utm.medium"].create({"name": "Stand", "channel_kind": "event"})

    @classmethod
    def _sale(cls, price=1000, moment=CONFIRMED, **vals):
        return cls._order(price, moment=moment, **vals)

    @classmethod
    def _touch(cls, days=0, moment=CONFIRMED, **vals):
        """An interaction of the customer, a number of days before the moment."""
        return cls.env["sales.interaction"].create(
            {"kind": "call", "partner_id": cls.contact.id, "date": moment - timedelta(days=days), **vals}
        )

    @classmethod
    def _lead(cls, days=0, **vals):
        lead = cls.env["crm.lead"].create(
            {
                "name": "Pepper",
                "type": "opportunity",
                "partner_id": cls.contact.id,
                "company_id": cls.company.id,
                **vals,
            }
        )
        lead.flush_recordset()
        cls.env.cr.execute(
            "UPDATE crm_lead SET create_date = %s WHERE id = %s", [CONFIRMED - timedelta(days=days), lead.id]
        )
        lead.invalidate_recordset(["create_date"])
        return lead

    def _rows(self, order, model=None, user=None):
        report = self.env["sales.attribution.report"]
        report.invalidate_model()
        domain = [("order_id", "=", order.id)] + ([("model", "=", model)] if model else [])
        return report.with_user(user or self.env.user).search(domain, order="position")

    def _amounts(self, order, model):
        return self._rows(order, model).mapped("amount")

    def _check_whole(self, order, revenue):
        """In each model the amounts are the revenue and the shares one, to the last digit."""
        for model, _label in MODELS:
            rows = self._rows(order, model)
            self.assertEqual(
                sum(Decimal(str(amount)) for amount in rows.mapped("amount")), Decimal(str(revenue)), model
            )
            self.assertEqual(sum(Decimal(f"{share:.12f}") for share in rows.mapped("share")), 1, model)


@tagged("post_install", "-at_install")
class TestAttribution(AttributionCommon):
    def test_worked_numbers(self):
        """An order of 1,000 with touches 14, 7 and 0 days before, half-life 7."""
        touches = self._touch(14) | self._touch(7) | self._touch(0)
        order = self._sale()
        self.assertEqual(self._amounts(order, "decay"), [142.86, 285.71, 571.43])
        self.assertEqual(self._amounts(order, "linear"), [333.33, 333.33, 333.34])
        self.assertEqual(self._amounts(order, "position"), [400, 200, 400])
        self.assertEqual(self._amounts(order, "first"), [1000])
        self.assertEqual(self._amounts(order, "last"), [1000])
        self.assertEqual(self._rows(order, "first").interaction_id, touches[0])
        self.assertEqual(self._rows(order, "last").interaction_id, touches[2])
        self.assertEqual(self._rows(order, "decay").interaction_id, touches)
        self.assertEqual(self._rows(order, "position").mapped("share"), [0.4, 0.2, 0.4])
        self.assertEqual(self._rows(order, "decay").mapped("touch_type"), ["interaction"] * 3)
        self._check_whole(order, 1000)

    def test_one_and_two_touches(self):
        self._touch(3)
        order = self._sale()
        for model, _label in MODELS:
            self.assertEqual(self._amounts(order, model), [1000], model)
        self._touch(10)
        self.assertEqual(self._amounts(order, "position"), [500, 500])
        self.assertEqual(self._amounts(order, "decay"), [333.33, 666.67])

    def test_position_with_many_touches(self):
        for days in range(6):
            self._touch(days)
        self.assertEqual(self._amounts(self._sale(), "position"), [400, 50, 50, 50, 50, 400])

    def test_no_touch_is_unattributed(self):
        order = self._sale()
        for model, _label in MODELS:
            row = self._rows(order, model)
            self.assertEqual((row.touch_type, row.share, row.amount), ("none", 1, 1000), model)
            self.assertFalse(row.interaction_id or row.source_id or row.medium_id)

    def test_touches_of_the_same_second_go_by_id(self):
        touches = [self._touch(1) for _number in range(3)]
        order = self._sale()
        self.assertEqual(self._rows(order, "first").interaction_id, touches[0])
        self.assertEqual(self._rows(order, "last").interaction_id, touches[2])
        self.assertEqual(list(self._rows(order, "linear").interaction_id), touches)

    def test_look_back_and_confirmation_are_included(self):
        self._touch(90 + 1 / 86400)
        first = self._touch(90)
        last = self._touch(0)
        self._touch(-1 / 86400)
        order = self._sale()
        self.assertEqual(self._rows(order, "linear").interaction_id, first | last)
        self.company.attribution_lookback = 30
        self.assertEqual(self._rows(order, "linear").interaction_id, last)

    def test_half_life_of_the_company(self):
        self._touch(2)
        self._touch(0)
        order = self._sale()
        self.company.attribution_half_life = 2
        self.assertEqual(self._amounts(order, "decay"), [333.33, 666.67])
        self.company.attribution_half_life = 0.02
        self.assertEqual(self._amounts(order, "decay"), [1000])

    def test_whose_interactions(self):
        """Of the customer, and of the lead or order when these are about somebody else, each once."""
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        lead = self._lead(20)
        order = self._sale(opportunity_id=lead.id)
        of_customer = self._touch(5, partner_id=self.customer.id)
        of_lead = self._touch(4, lead_id=lead.id)
        of_order = self._touch(3, order_id=order.id)
        referral, quotation = self._touch(2, lead_id=lead.id), self._touch(1, lead_id=lead.id, order_id=order.id)
        (referral | quotation).write({"partner_id": stranger.id})
        self._touch(1, partner_id=stranger.id)
        self._touch(1, is_touchpoint=False)
        self._touch(1, company_id=self.company_2.id)
        self.assertEqual(
            self._rows(order, "linear").interaction_id, of_customer | of_lead | of_order | referral | quotation
        )

    def test_origin_of_the_lead_is_a_touch(self):
        lead = self._lead(20, source_id=self.fair.id, medium_id=self.fair_medium.id)
        self._touch(10)
        order = self._sale(opportunity_id=lead.id, source_id=self.fair.id, medium_id=self.fair_medium.id)
        first, second = self._rows(order, "linear")
        self.assertEqual((first.touch_type, first.touch_id), ("lead", lead.id))
        self.assertEqual(first.touch_date, lead.create_date)
        self.assertEqual((first.source_id, first.medium_id), (self.fair, self.fair_medium))
        self.assertEqual((first.channel_kind, first.channel, first.entry_point), ("event", "offline", "event"))
        self.assertEqual(second.touch_type, "interaction")

    def test_origin_is_not_doubled(self):
        """Interactions with the lead carry its source, and the order takes it over: it is one touch."""
        lead = self._lead(20, source_id=self.fair.id)
        call = self._touch(10, lead_id=lead.id)
        self.assertEqual(call.source_id, self.fair)
        order = self._sale(opportunity_id=lead.id, source_id=self.fair.id)
        self.assertEqual(self._rows(order, "linear").mapped("touch_type"), ["interaction"])
        call.campaign_id = self.env["utm.campaign"].create({"name": "Harvest"})
        self.assertEqual(self._rows(order, "linear").mapped("touch_type"), ["lead", "interaction"])

    def test_origin_of_the_order(self):
        lead = self._lead(20, source_id=self.fair.id)
        order = self._sale(opportunity_id=lead.id, source_id=self.web.id)
        rows = self._rows(order, "linear")
        self.assertEqual(rows.mapped("touch_type"), ["lead", "order"])
        self.assertEqual(rows.source_id, self.fair | self.web)
        # It was created after the day on which it was confirmed, as an imported one.
        self.assertEqual(rows[1].touch_date, CONFIRMED)
        without_lead = self._sale(source_id=self.web.id)
        self.assertEqual(self._rows(without_lead, "linear").mapped("touch_type"), ["order"])

    def test_origin_older_than_the_look_back(self):
        lead = self._lead(91, source_id=self.fair.id)
        order = self._sale(opportunity_id=lead.id, source_id=self.fair.id)
        self.assertEqual(self._rows(order, "linear").touch_type, "none")

    def test_only_confirmed_orders(self):
        order = self._sale()
        self.assertTrue(self._rows(order))
        order._action_cancel()
        self.assertFalse(self._rows(order))

    def test_digits_of_the_currency(self):
        """The yen has none, the Kuwaiti dinar three."""
        for code, revenue, linear in (("JPY", 1000, [333, 333, 334]), ("KWD", 1, [0.333, 0.333, 0.334])):
            currency = self.env.ref(f"base.{code}")
            currency.active = True
            company = self.setup_other_company(name=f"In {code}", currency_id=currency.id)["company"]
            order = self._sale(revenue, company_id=company.id, team_id=False, user_id=False)
            for days in (14, 7, 0):
                self._touch(days, company_id=company.id)
            self.assertEqual(self._amounts(order, "linear"), linear)
            self.assertEqual(self._rows(order).currency_id, currency)
            self._check_whole(order, revenue)

    def test_at_the_rate_of_the_order(self):
        currency = self.setup_other_currency("EUR", rates=[("2026-03-01", 1.2)])
        pricelist = self.env["product.pricelist"].create({"name": "Foreign", "currency_id": currency.id})
        order = self._sale(1000, pricelist_id=pricelist.id, date_order=CONFIRMED)
        self._touch(7)
        self._touch(0)
        self._check_whole(order, 833.33)
        self.assertEqual(self._amounts(order, "linear"), [416.66, 416.67])
        self.env["res.currency.rate"].search([("currency_id", "=", currency.id)]).rate = 2
        self._check_whole(order, 833.33)

    def test_negative_and_zero_revenue(self):
        for days in (14, 7, 0):
            self._touch(days)
        order = self._sale(lines=[(self.pepper, 1, -1000)])
        self.assertEqual(self._amounts(order, "linear"), [-333.33, -333.33, -333.34])
        self._check_whole(order, -1000)
        nothing = self._sale(0)
        self.assertEqual(self._amounts(nothing, "decay"), [0, 0, 0])
        self._check_whole(nothing, 0)

    def test_random_touches(self):
        """Whatever the touches and in whatever order they were logged, nothing is lost and nobody's turn changes."""
        rng = random.Random(7)
        for _round in range(12):
            moments = [
                rng.choice((rng.uniform(0, 89), float(rng.randrange(89)))) for _touch in range(rng.randrange(1, 9))
            ]
            price = round(rng.choice((0.01, 0.07, 99.99, 123456.78)) * rng.uniform(0.5, 1.5), 2)
            credited = []
            for order_of_logging in (moments, sorted(moments), sorted(moments, reverse=True)):
                customer = self.env["res.partner"].create({"name": "Random"})
                for days in order_of_logging:
                    self._touch(days, partner_id=customer.id)
                order = self._sale(price, partner_id=customer.id)
                self._check_whole(order, price)
                credited.append(
                    Counter((row.model, row.touch_date, row.amount, row.share) for row in self._rows(order))
                )
            self.assertEqual(credited[0], credited[1])
            self.assertEqual(credited[0], credited[2])

    def test_total_is_the_revenue_of_one_model(self):
        """Sums over several models are blank, so that the revenue never multiplies."""
        self._touch(5, source_id=self.fair.id)
        orders = self._sale() | self._sale(500)
        report = self.env["sales.attribution.report"]
        of_orders = [("order_id", "in", orders.ids)]
        by_model = report._read_group(of_orders, ["model"], ["amount:sum", "share:sum"])
        self.assertEqual(len(by_model), 5)
        self.assertEqual({(amount, share) for _model, amount, share in by_model}, {(1500, 2)})
        self.assertFalse(report._read_group(of_orders, [], ["amount:sum"])[0][0])
        [[whole], by_source] = report._read_grouping_sets(
            [*of_orders, ("model", "in", ["last", "linear"])], [[], ["source_id", "model"]], ["amount:sum"]
        )
        self.assertFalse(whole[0])
        self.assertEqual({row[-1] for row in by_source}, {1500})

    def test_limits_reach_the_orders(self):
        """The same rows as without them, found by company, day, order, model and customer."""
        self._touch(5)
        march, april = self._sale(), self._sale(moment=CONFIRMED + timedelta(days=30))
        report = self.env["sales.attribution.report"].sudo()
        mine = report.search([("order_id", "in", (march | april).ids)])
        self.assertEqual(len(mine), 10)
        for domain, orders in (
            ([("day", "=", "2026-03-20")], march),
            ([("day", ">", "2026-03-20"), ("day", "<=", "2026-04-19")], april),
            ([("company_id", "=", self.company.id)], march | april),
            ([("company_id", "=", self.company_2.id)], march.browse()),
            ([("company_id", "in", [self.company.id, False])], march | april),
            ([("partner_id", "=", self.customer.id), ("user_id", "=", self.salesperson.id)], march | april),
            (["|", ("order_id", "=", march.id), ("day", ">", "2026-04-01")], march | april),
            (["!", ("order_id", "=", march.id)], april),
            ([("order_id", "=", march.id), ("order_id", "=", april.id)], march.browse()),
        ):
            self.assertEqual(report.search(domain).filtered(lambda row: row in mine).order_id, orders, domain)
        last = mine.filtered(lambda row: row.model == "last")
        self.assertEqual(report.search([("model", "=", "last"), ("id", "in", mine.ids)]), last)
        self.assertFalse(report.search([("model", "not in", [model for model, _label in MODELS])]))
        # One, between the planner's settings.
        with self.assertQueryCount(3):
            mine.invalidate_recordset()
            mine.mapped("amount")

    def test_limits_are_part_of_reading_the_orders(self):
        for domain, condition in (
            ([("order_id", "=", 1)], "(id = ANY ('{1}'::integer[]))"),
            ([("day", ">=", "2026-03-01")], "(date_order >= '2026-02-28"),
            ([("user_id", "=", 7)], "(user_id = ANY ('{7}'::integer[]))"),
        ):
            self.assertIn(condition, self._plan(self.env["sales.attribution.report"], domain))

    def test_record_rules_are_part_of_reading_the_orders(self):
        own = f"(user_id = ANY ('{{{self.salesperson.id}}}'::integer[]))"
        self.assertIn(own, self._plan(self.env["sales.attribution.report"].with_user(self.salesperson), []))
        of_team = f"(team_id = ANY ('{{{self.team.id}}}'::integer[]))"
        for model in ("sales.attribution.report", "sales.achievement"):
            self.assertIn(of_team, self._plan(self.env[model].with_user(self.lead_user), []), model)

    def _plan(self, report, domain):
        rows = self.env.execute_query(SQL("EXPLAIN %s", report._search(domain).select()))
        return "\n".join(line for (line,) in rows)

    def test_a_row_opens_its_order_and_its_touch(self):
        call = self._touch(1)
        order = self._sale()
        row = self._rows(order, "last")
        self.assertEqual(
            (row.action_open_order()["res_model"], row.action_open_order()["res_id"]), ("sale.order", order.id)
        )
        touch = row.action_open_touch()
        self.assertEqual((touch["res_model"], touch["res_id"]), ("sales.interaction", call.id))
        call.unlink()
        self.assertEqual(self._rows(order, "last").action_open_touch()["res_model"], "sale.order")

    def test_who_reads(self):
        order = self._sale()
        readers = [self.salesperson, self.lead_user, self.manager]
        for user in (self.salesperson, self.peer, self.lead_user, self.manager, self.foreign_user):
            self.assertEqual(bool(self._rows(order, user=user)), user in readers, user.login)
        self.team.user_id = self.peer
        self.assertFalse(self._rows(order, user=self.lead_user))
        for user in (self.portal_user, self.env.ref("base.public_user")):
            with self.assertRaises(AccessError):
                self._rows(order, user=user)

    def test_statements_do_not_grow(self):
        report = self.env["sales.attribution.report"]
        customers = self.env["res.partner"].create([{"name": f"Customer {number}"} for number in range(100)])

        def read():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            report._read_group([("model", "=", "linear")], ["source_id"], ["amount:sum"])
            report.search([("model", "=", "linear")])
            return self.cr.sql_log_count - before

        template = self._sale()
        read()
        few = read()
        for customer in customers:
            template.copy({"partner_id": customer.id}).write({"state": "sale", "date_order": CONFIRMED})
        self.env["sales.interaction"].create(
            [
                {"kind": "call", "partner_id": customer.id, "date": CONFIRMED - timedelta(days=days)}
                for customer in customers
                for days in range(10)
            ]
        )
        read()
        self.assertEqual(read(), few)
        self.assertGreater(report.search_count([("model", "=", "linear")]), 1000)


@tagged("post_install", "-at_install")
class TestEntryPoint(AttributionCommon):
    def test_kind_of_the_medium(self):
        self.assertEqual((self.fair_medium.channel_kind, self.fair_medium.channel), ("event", "offline"))
        email, website = self.env.ref("utm.utm_medium_email"), self.env.ref("utm.utm_medium_website")
        email.channel_kind, website.channel_kind = False, "search"
        self.env["utm.medium"]._set_known_kinds()
        self.assertEqual((email.channel_kind, website.channel_kind), ("email", "search"))
        lead = self._lead(medium_id=self.fair_medium.id)
        self.assertEqual(lead.entry_point, "event")
        lead.medium_id = email
        self.assertEqual(lead.entry_point, "event", "how the prospect came in does not change later")

    def test_leads_that_predate_the_addon(self):
        lead, by_hand = self._lead(medium_id=self.fair_medium.id), self._lead(entry_point="store")
        lead.entry_point = False
        self.env["crm.lead"]._fill_entry_points()
        self.assertEqual((lead.entry_point, by_hand.entry_point), ("event", "store"))

    def test_by_hand(self):
        lead = self._lead(medium_id=self.fair_medium.id, entry_point="referral")
        self.assertEqual(lead.entry_point, "referral")
        lead.entry_point = "store"
        self.assertEqual(lead.entry_point, "store")

    def test_first_interaction_tells_it_without_a_medium(self):
        lead = self._lead()
        self.assertFalse(lead.entry_point)
        self._touch(1, kind="visit", lead_id=lead.id)
        self.assertEqual(lead.entry_point, "visit")
        self._touch(2, kind="web", lead_id=lead.id)
        self.assertEqual(lead.entry_point, "visit")

    def test_first_interaction_that_recorded_itself(self):
        lead = self._lead()
        lead.message_post(
            body="How much?",
            message_type="email",
            subtype_xmlid="mail.mt_comment",
            email_from="melati@example.com",
            author_id=False,
        )
        self.assertEqual(self.env["sales.interaction"].search([("lead_id", "=", lead.id)]).kind, "email")
        self.env["sales.interaction"]._cron_capture_meetings()
        self.assertEqual(lead.entry_point, "email")

    def test_logged_by_who_may_not_change_the_lead(self):
        lead = self._lead(user_id=self.peer.id, team_id=self.team.id)
        call = self.env["sales.interaction"].with_user(self.peer).create({"kind": "call", "lead_id": lead.id})
        self.assertEqual((call.lead_id, lead.entry_point), (lead, "phone"))

    def test_merge_keeps_it(self):
        head, tail = self._lead(), self._lead(entry_point="store")
        self.assertEqual((head | tail).merge_opportunity().entry_point, "store")

    def test_sales_by_entry_point_sum_to_the_total(self):
        lead = self._lead(medium_id=self.fair_medium.id)
        orders = self._sale(opportunity_id=lead.id) | self._sale(500)
        groups = self.env["sales.attribution.report"]._read_group(
            [("order_id", "in", orders.ids), ("model", "=", "last")], ["entry_point"], ["amount:sum"]
        )
        self.assertEqual(dict(groups), {"event": 1000, False: 500})
