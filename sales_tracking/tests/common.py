from odoo import fields
from odoo.fields import Command, Domain
from odoo.tests import new_test_user

from odoo.addons.account.tests.common import AccountTestInvoicingCommon


class SalesTrackingCommon(AccountTestInvoicingCommon):
    """A company in Jakarta's time zone with a sales team of a lead, a salesperson and a peer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= cls.env.ref("sales_team.group_sale_manager")
        cls.company = cls.env.company
        cls.company.sales_tz = "Asia/Jakarta"
        cls.salesperson = cls._user("salesperson", "sales_team.group_sale_salesman")
        cls.peer = cls._user("peer", "sales_team.group_sale_salesman")
        cls.lead_user = cls._user("lead", "sales_tracking.group_team_lead")
        cls.manager = cls._user("manager", "sales_team.group_sale_manager")
        cls.portal_user = cls._user("portal", "base.group_portal")
        cls.team = cls.env["crm.team"].create(
            {
                "name": "Jakarta",
                "company_id": cls.company.id,
                "user_id": cls.lead_user.id,
                "member_ids": [Command.set((cls.salesperson | cls.peer).ids)],
            }
        )
        cls.other_team = cls.env["crm.team"].create({"name": "Surabaya", "company_id": cls.company.id})
        cls.tax_15 = cls.env["account.tax"].create({"name": "15 %", "amount": 15, "company_id": cls.company.id})
        cls.customer = cls.env["res.partner"].create({"name": "Toko Melati", "is_company": True})
        cls.contact = cls.env["res.partner"].create({"name": "Ibu Melati", "parent_id": cls.customer.id})
        cls.pepper = cls._create_product(name="Pepper", lst_price=100, standard_price=60, taxes_id=[])
        cls.company_2_data = cls.setup_other_company(name="Other Company")
        cls.company_2 = cls.company_2_data["company"]
        cls.foreign_user = new_test_user(
            cls.env,
            login="foreigner",
            groups="sales_team.group_sale_salesman_all_leads",
            company_id=cls.company_2.id,
            company_ids=[Command.set(cls.company_2.ids)],
        )

    @classmethod
    def _user(cls, login, group):
        return new_test_user(
            cls.env, login=login, groups=group, company_id=cls.company.id, company_ids=[Command.set(cls.company.ids)]
        )

    @classmethod
    def _order(cls, price=1000, quantity=1, moment=None, user=None, lines=None, shares=None, **vals):
        """A confirmed order of pepper.

        :param moment: when it was ordered, UTC; default: now
        :param list lines: (product, quantity, price) instead of one line of pepper
        :param dict shares: percentage of the credit per user
        """
        order = cls.env["sale.order"].create(
            {
                "partner_id": cls.contact.id,
                "user_id": (user or cls.salesperson).id,
                "team_id": cls.team.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": line_quantity,
                            "price_unit": line_price,
                            "tax_ids": [Command.clear()],
                        }
                    )
                    for product, line_quantity, line_price in lines or [(cls.pepper, quantity, price)]
                ],
                "credit_split_ids": [
                    Command.create({"user_id": sharer.id, "share": share}) for sharer, share in (shares or {}).items()
                ],
                **vals,
            }
        )
        order.action_confirm()
        if moment:
            order.date_order = moment
        return order

    @classmethod
    def _invoice(cls, amount=1000, day="2026-03-10", user=None, move_type="out_invoice", tax=None, post=True, **vals):
        """A posted invoice or credit note of one line of pepper."""
        move = cls.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": cls.contact.id,
                "invoice_date": day,
                "invoice_user_id": (user or cls.salesperson).id,
                "team_id": cls.team.id,
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": cls.pepper.id,
                            "quantity": 1,
                            "price_unit": amount,
                            "tax_ids": [Command.set(tax.ids if tax else [])],
                        }
                    )
                ],
                **vals,
            }
        )
        if post:
            move.action_post()
        return move

    @classmethod
    def _pay(cls, invoice, amount, day):
        """A payment of a part of an invoice, in the currency of the invoice."""
        return (
            cls.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"amount": amount, "payment_date": day, "payment_difference_handling": "open"})
            ._create_payments()
        )

    def _facts(self, basis, domain=(), user=None):
        achievement = self.env["sales.achievement"]
        if user:
            achievement = achievement.with_user(user)
        return achievement.search(
            Domain("basis", "=", basis) & Domain("company_id", "=", self.company.id) & Domain(domain), order="day, id"
        )

    @staticmethod
    def _day(text):
        return fields.Date.to_date(text)
