from odoo.exceptions import AccessError
from odoo.service.model import get_public_method
from odoo.tests import tagged

from ..common import SalesCommissionCommon

ADDONS = {"sales_tracking", "sales_target", "sales_commission"}
# What everybody in the company may read besides its settings: it is not about any customer or person.
KPIS = ("ordered", "collected", "won", "visits", "overdue")
# Which figures a digest has is no secret, as with those of Odoo; the figures are read by whose mail it is.
OF_EMPLOYEES = {"utm.medium.channel", "utm.medium.channel_kind", *(f"digest.digest.kpi_sales_{kpi}" for kpi in KPIS)}
# Fields of Odoo, to which the addons only add a value.
EXTENDED = {"res.partner.type"}


@tagged("post_install", "-at_install")
class TestNativeFields(SalesCommissionCommon):
    """Who has nothing to do with sales reads nothing of what the addons keep on the models of Odoo."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.employee = cls._user("employee", "base.group_user")
        customer = cls.portal_user.partner_id
        order = cls._order(partner_id=customer.id)
        invoice = cls._invoice(partner_id=customer.id)
        message = order.message_post(
            body="Thank you for your order", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        cls.documents = {
            "mail.message": message,
            "res.company": cls.company,
            "res.partner": customer,
            "sale.order": order,
            "sale.order.line": order.order_line,
            "account.move": invoice,
        }

    def _own_fields(self):
        """The stored fields of the addons on models of others: (model, field name)."""
        for model_name, model in self.registry.items():
            if model._original_module in ADDONS or model._abstract or model._transient or not model._auto:
                continue
            for name, field in model._fields.items():
                if field.store and ADDONS & set(field._modules) and f"{model_name}.{name}" not in EXTENDED:
                    yield model_name, name

    def _readable(self, user):
        """Those of these fields that the user reads: "model.field"."""
        readable = set()
        for model_name, name in self._own_fields():
            model = self.env[model_name].with_user(user)
            try:
                records = self.documents.get(model_name, model).with_user(user) or model.search([], limit=1)
                records.invalidate_recordset()
                model._check_field_access(model._fields[name], "read")
                records.read([name])
            except AccessError:
                continue
            readable.add(f"{model_name}.{name}")
        return readable

    def test_customers(self):
        for name, document in self.documents.items():
            if name != "res.company":
                with self.subTest(document=name):
                    self.assertTrue(document.with_user(self.portal_user).has_access("read"))
        self.assertEqual(self._readable(self.portal_user), set())

    def test_employees(self):
        settings = {f"{model}.{name}" for model, name in self._own_fields() if model == "res.company"}
        self.assertEqual(self._readable(self.employee), settings | OF_EMPLOYEES)

    def test_who_keeps_contacts_copies_one(self):
        keeper = self._user("contacts", "base.group_user,base.group_partner_manager")
        self.customer.commission_agent_id = self.contact
        copied = self.customer.with_user(keeper).copy()
        self.assertFalse(copied.sudo().commission_agent_id)
        self.assertTrue(self.env["res.partner"].with_user(keeper).create({"name": "Toko Kunyit"}))

    def test_the_fields_are_found(self):
        found = {f"{model_name}.{name}" for model_name, name in self._own_fields()}
        self.assertLessEqual(
            {
                "account.move.commission_agent_id",
                "mail.message.is_auto_reply",
                "res.company.sales_target_alert",
                "res.partner.birth_date",
                "sale.order.followup_sent_at",
                *OF_EMPLOYEES,
            },
            found,
        )

    def test_tokens(self):
        plan = self._plan([self._percent(0.05)])
        statements = self.env["sales.commission.statement"].sudo()
        statement = statements._open(plan, self.salesperson.partner_id, self._day("2026-03-01"))
        account = self.env["sales.dunning.account"].sudo()._of(self.customer, self.company)
        for document in (statement, account):
            token = document._portal_ensure_token()
            for user in (self.salesperson, self.manager, self.employee, self.portal_user):
                theirs = document.with_user(user)
                theirs.invalidate_recordset()
                with self.subTest(document=document, user=user.login), self.assertRaises(AccessError):
                    theirs.read(["access_token"])
                with self.subTest(document=document, user=user.login), self.assertRaises(AccessError):
                    theirs.search([("access_token", "=like", f"{token[:4]}%")])
            self.assertIn(token, document.with_user(self.manager)._get_share_url())
            with self.assertRaises(AccessError):
                get_public_method(document.with_user(self.manager), "get_portal_url")
            with self.assertRaises(AccessError):
                document.with_user(self.employee)._portal_ensure_token()
