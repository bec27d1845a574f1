from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.modules.migration import load_script
from odoo.tests import tagged
from odoo.tools import file_path

from ..common import SalesTargetCommon


@tagged("post_install", "-at_install")
class TestKeptFacts(SalesTargetCommon):
    """The result of a closed target follows later changes of documents, never of products and customers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.spices, cls.other = cls.env["product.category"].create([{"name": "Spices"}, {"name": "Other"}])
        cls.tag, cls.other_tag = cls.env["res.partner.category"].create([{"name": "Cafés"}, {"name": "Shops"}])
        cls.country, cls.other_country = cls.env.ref("base.id"), cls.env.ref("base.de")
        cls.pepper.categ_id = cls.spices
        (cls.customer | cls.contact).write({"category_id": [Command.set(cls.tag.ids)], "country_id": cls.country.id})

    def _closed(self, **vals):
        """A closed target of February and the one of March that takes its adjustments, with an invoice of 1,000."""
        invoice = self._invoice(1000, "2026-02-10")
        february = self._target(**vals)
        march = self._target(date_from="2026-03-01", date_to="2026-03-31", **vals)
        (february | march).action_approve()
        (february | march).action_start()
        february.action_close()
        return invoice, february, march

    def _adjustment(self, target):
        self.env.flush_all()
        return self._figures(target)["adjustment"]

    def _unchanged(self, change, **vals):
        """The change makes no adjustment; a late credit note of 300 and taking the invoice back do."""
        invoice, february, march = self._closed(**vals)
        result = february.closed_actual
        change()
        self.assertEqual(self._adjustment(march), 0)
        self.assertEqual(self._figures(february)["actual"], result)
        credit = invoice._reverse_moves([{"invoice_date": "2026-02-20", "invoice_user_id": self.salesperson.id}])
        credit.invoice_line_ids.price_unit = 300
        credit.action_post()
        self.assertEqual(self._adjustment(march), -300)
        credit.button_draft()
        invoice.button_draft()
        self.assertEqual(self._adjustment(march), -result)
        return february

    def test_customer_gets_another_tag(self):
        february = self._unchanged(
            lambda: self.customer.write({"category_id": [Command.set(self.other_tag.ids)]}), segment_id=self.tag.id
        )
        self.assertEqual(february.closed_actual, 1000)

    def test_customer_moves_to_another_country(self):
        self._unchanged(
            lambda: (self.customer | self.contact).write({"country_id": self.other_country.id}),
            country_id=self.country.id,
        )

    def test_product_moves_to_another_category(self):
        self._unchanged(lambda: self.pepper.write({"categ_id": self.other.id}), categ_id=self.spices.id, scope="team")

    def test_category_moves_in_the_tree(self):
        food = self.env["product.category"].create({"name": "Food"})
        self.spices.parent_id = food
        self._unchanged(lambda: self.spices.write({"parent_id": self.other.id}), categ_id=food.id, scope="company")

    def test_filter_by_a_tag_that_is_archived(self):
        metric = self.env["sales.metric"].create(
            {"name": "Cafés", "code": "cafes", "domain": "[('partner_id.category_id.name', '=', 'Cafés')]"}
        )
        self._unchanged(lambda: self.tag.write({"active": False}), metric_id=metric.id)

    def test_what_did_not_count_stays_so(self):
        self.customer.category_id = self.other_tag
        invoice, february, march = self._closed(segment_id=self.tag.id)
        self.assertEqual(february.closed_actual, 0)
        self.customer.category_id = self.tag
        self.assertEqual(self._adjustment(march), 0)
        self._invoice(200, "2026-02-25")
        self.assertEqual(self._adjustment(march), 200, "what is new in the period follows the data of today")
        self.assertTrue(invoice)

    def test_cost_and_unit(self):
        """Margin 400, and 12 pieces of a bundle, whatever the product costs and a bundle holds later."""
        self.pepper.standard_price = 50
        bundle = self.env["uom.uom"].create(
            {"name": "Bundle", "relative_factor": 12, "relative_uom_id": self.env.ref("uom.product_uom_unit").id}
        )
        invoice = self._invoice(1000, "2026-02-10", post=False)
        invoice.invoice_line_ids.product_uom_id = bundle
        invoice.invoice_line_ids.price_unit = 1000
        invoice.action_post()
        units = self.env["sales.metric"].create({"name": "Units", "code": "units_kept", "measure": "quantity"})
        march = {"date_from": "2026-03-01", "date_to": "2026-03-31"}
        targets = [
            (self._target(metric="margin"), self._target(metric="margin", **march)),
            (self._target(metric_id=units.id), self._target(metric_id=units.id, **march)),
        ]
        for february, following in targets:
            (february | following).action_approve()
            (february | following).action_start()
            february.action_close()
        self.assertEqual([february.closed_actual for february, _march in targets], [400, 12])
        bundle.relative_factor = 24
        self.pepper.standard_price = 80
        self.assertEqual([self._adjustment(following) for _february, following in targets], [0, 0])

    def test_a_new_customer_is_merged(self):
        """New in February, then found to have bought in January; then the order is cancelled."""
        metric = self.env["sales.metric"].create(
            {"name": "New", "code": "new_kept", "basis": "new_customer", "measure": "count"}
        )
        known, new = self.env["res.partner"].create([{"name": "Café"}, {"name": "The same café"}])
        self._order(100, moment="2026-01-10 03:00:00", partner_id=known.id)
        order = self._order(100, moment="2026-02-10 03:00:00", partner_id=new.id)
        february = self._target(metric_id=metric.id)
        march = self._target(metric_id=metric.id, date_from="2026-03-01", date_to="2026-03-31")
        (february | march).action_approve()
        (february | march).action_start()
        february.action_close()
        self.assertEqual(february.closed_actual, 1)
        self.env["base.partner.merge.automatic.wizard"]._merge((known | new).ids, known, extra_checks=False)
        self.assertEqual(self._adjustment(march), 0)
        order._action_cancel()
        self.assertEqual(self._adjustment(march), -1)

    def test_reopened_and_closed_again(self):
        _invoice, february, march = self._closed(segment_id=self.tag.id)
        self.customer.category_id = self.other_tag
        february.action_reopen()
        self.assertEqual(self._figures(february)["actual"], 0)
        february._transition({"state": "closed", "closed_on": "2026-04-01 00:00:00", "closed_actual": 0})
        february._keep_facts()
        self.customer.category_id = self.tag
        self.assertEqual(self._adjustment(march), 0)

    def test_upgrade_keeps_what_is_known_on_its_day(self):
        _invoice, february, march = self._closed(segment_id=self.tag.id)
        self.env.cr.execute("DELETE FROM sales_target_kept_fact WHERE target_id = %s", [february.id])
        for _time in range(2):
            load_script(file_path("sales_target/migrations/19.0.1.1.0/post-kept_facts.py"), "kept").migrate(
                self.env.cr, "19.0.1.0.0"
            )
        self.customer.category_id = self.other_tag
        self.assertEqual(self._adjustment(march), 0)

    def test_readable_and_changed_by_nobody(self):
        _invoice, february, _march = self._closed(segment_id=self.tag.id)
        action = february.with_user(self.salesperson).action_open_kept_facts()
        kept = self.env[action["res_model"]].with_user(self.salesperson).search(action["domain"])
        self.assertEqual((kept.amount, kept.counted, kept.customer_id), (1000, True, self.customer))
        self.assertFalse(kept.with_user(self.peer).search(action["domain"]))
        for change in (lambda: kept.sudo().write({"amount": 1}), kept.sudo().unlink, lambda: kept.sudo().create({})):
            with self.assertRaises(UserError):
                change()
