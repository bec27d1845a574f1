from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import SalesTrackingCommon


@tagged("post_install", "-at_install")
class TestUpsell(SalesTrackingCommon):
    """Of five similar customers that bought coffee, four bought cocoa, three cloves, two mace."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.coffee, cls.cocoa, cls.cloves, cls.mace = (
            cls._create_product(name=name, lst_price=price, taxes_id=[])
            for name, price in (("Coffee", 10), ("Cocoa", 20), ("Cloves", 30), ("Mace", 40))
        )
        cls.list, cls.other_list = cls.env["product.pricelist"].create(
            [
                {
                    "name": name,
                    "company_id": False,
                    "item_ids": [Command.create({"compute_price": "percentage", "percent_price": 10})],
                }
                for name in ("Wholesale", "Export")
            ]
        )
        cls.peers = cls.env["res.partner"].create([{"name": f"Peer {number}"} for number in range(5)])
        for number, peer in enumerate(cls.peers):
            for product in cls.cocoa[: number < 4] + cls.cloves[: number < 3] + cls.mace[: number < 2] + cls.coffee:
                cls._bought(peer, product)

    @classmethod
    def _bought(cls, partner, *products, **vals):
        return cls._order(
            partner_id=partner.id,
            lines=[(product, 1, 5) for product in products],
            **{"pricelist_id": cls.list.id, "user_id": cls.peer.id, **vals},
        )

    def _quotation(self, *products, **vals):
        return (
            self.env["sale.order"]
            .create(
                {
                    "partner_id": self.customer.id,
                    "user_id": self.salesperson.id,
                    "pricelist_id": self.list.id,
                    "order_line": [Command.create({"product_id": product.id}) for product in products],
                    **vals,
                }
            )
            .with_user(self.salesperson)
        )

    def _hints(self, order):
        action = order.action_open_upsell_hints()
        return self.env["sales.upsell.hint"].with_user(self.salesperson).search(action["domain"])

    def _counts(self, order):
        return [(hint.product_id.name, hint.also_bought, hint.buyers) for hint in self._hints(order)]

    def test_share_of_those_who_bought_it(self):
        hints = self._hints(self._quotation(self.coffee))
        self.assertEqual(hints.mapped("product_id"), self.cocoa + self.cloves)
        self.assertEqual(hints[0].explanation, "4 of 5 similar customers who bought Coffee also bought this.")

    def test_best_reason_counts(self):
        """All three customers that bought cloves bought cocoa."""
        self.assertEqual(self._counts(self._quotation(self.coffee, self.cloves)), [("Cocoa", 3, 3)])

    def test_who_is_similar(self):
        """Not the customer, who may have contacts; nor those of another list, another year, or who only asked."""
        before = self._counts(self._quotation(self.coffee))
        self._bought(self.contact, self.coffee, self.mace)
        self._bought(self.peers[4], self.mace, pricelist_id=self.other_list.id)
        self._bought(self.peers[4], self.mace, moment="2020-01-01 00:00:00")
        self._bought(self.peers[4], self.mace)._action_cancel()
        self._bought(self.peers[0], self.mace)
        self.assertEqual(self._counts(self._quotation(self.coffee)), before)
        self._bought(self.peers[4], self.mace)
        self.assertEqual(self._counts(self._quotation(self.coffee)), [*before, ("Mace", 3, 5)])

    def test_contacts_are_their_company(self):
        contacts = self.env["res.partner"].create(
            [{"name": f"Contact {number}", "parent_id": self.peers[0].id} for number in range(3)]
        )
        for contact in contacts:
            self._bought(contact, self.mace)
        self.assertNotIn("Mace", [name for name, *_counts in self._counts(self._quotation(self.coffee))])

    def test_company(self):
        order = self.env["sale.order"].with_company(self.company_2).create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company_2.id,
                "order_line": [Command.create({"product_id": self.coffee.id, "tax_ids": [Command.clear()]})],
            }
        )  # fmt: skip
        order.pricelist_id = self.list
        self.assertFalse(order._upsell_hints())

    def test_what_is_not_sold_is_no_hint(self):
        self.cocoa.sale_ok = False
        self.cloves.active = False
        self.assertFalse(self._counts(self._quotation(self.coffee)))
        self.assertFalse(self._counts(self._quotation()))

    def test_add(self):
        order = self._quotation(self.coffee)
        self._hints(order)[0].action_add()
        line = order.order_line[-1]
        self.assertEqual((line.product_id, line.product_uom_qty), (self.cocoa, 1))
        self.assertEqual(line.price_unit * (1 - line.discount / 100), 18)
        self.assertEqual([name for name, *_counts in self._counts(order)], ["Cloves"])

    def test_rights(self):
        order = self._quotation(self.coffee)
        hint = self._hints(order)[0]
        self.assertFalse(order.search([("partner_id", "in", self.peers.ids)]))
        with self.assertRaises(AccessError):
            order.with_user(self.peer).action_open_upsell_hints()
        with self.assertRaises(AccessError):
            hint.with_user(self.peer).action_add()
        order.action_confirm()
        with self.assertRaisesRegex(UserError, "not a quotation"):
            hint.action_add()

    def test_statements_do_not_grow(self):
        def count(order):
            order._upsell_hints()
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.assertTrue(order._upsell_hints())
            return self.env.cr.sql_log_count - before

        few = count(self._quotation(self.coffee))
        more = self.env["product.product"].concat(
            *(self._create_product(name=f"Product {number}", taxes_id=[]) for number in range(20))
        )
        for peer in self.peers:
            self._bought(peer, *more[:10])
        self.assertEqual(count(self._quotation(self.coffee, *more[10:])), few)
