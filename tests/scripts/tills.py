"""Days at tills: sales with and without invoice, a refund, what is put on account, settled orders, other companies."""

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.fields import Command


def main(env):
    company = env.ref("base.main_company")
    env = env(user=env.ref("base.user_admin"))
    for group in ("point_of_sale.group_pos_manager", "account.group_account_manager"):
        env.user.sudo().group_ids |= env.ref(group)
    # Loading accounts removes payment methods, which is refused once they were used.
    other = env["res.company"].create({"name": "Second Shop", "country_id": env.ref("base.us").id})
    env.user.company_ids |= other
    env["account.chart.template"].try_loading("generic_coa", other, install_demo=False)
    return {**first_day(env, company), **other_tills(env, company, other)}


def first_day(env, company):
    shop = Shop(env, company)
    seen = {}
    receipt = shop.sell([61, 50], {"cash": 111})
    shop.sell([222], {"bank": 222}, invoice=True)
    shop.refund(receipt.lines[1])
    seen["open"] = shop.figures()
    shop.close()
    seen["closed"] = shop.figures()
    seen["core"] = shop.core_report()
    seen["commission"] = shop.commission()
    seen["target"] = shop.reached()
    seen["documents"] = shop.documents()

    on_account = shop.sell([100], {"account": 40, "cash": 60})
    later = shop.sell([30], {"cash": 30})
    shop.close()
    seen["on_account"] = shop.figures()
    shop.pay_account(on_account)
    seen["account_paid"] = shop.figures()
    seen["commission_account_paid"] = shop.commission()
    later.action_pos_order_invoice()
    seen["invoiced_later"] = shop.figures()
    seen["commission_invoiced_later"] = shop.commission()

    shop.refund(receipt.lines[0])
    seen["documents_returned"] = shop.documents()
    shop.settle(shop.quotation(500))
    shop.settle(shop.quotation(70), invoice=True)
    shop.close()
    seen["settled"] = shop.figures(("user_id", "=", shop.salesperson.id))
    seen["all"] = shop.figures()
    seen["core_all"] = shop.core_report()

    pair = [{"product_id": shop.pepper.id, "qty": quantity, "price_unit": 20} for quantity in (1, -1)]
    shop.order([*pair, {**pair[0], "price_unit": 0}], {})
    shop.order([{**pair[0], "qty": 2}, {**pair[1]}], {"cash": 20})
    seen["exchanged"] = shop.since(seen["all"])
    seen["discounted"] = discounted(shop)
    if "hr.employee" in env:
        employee = env["hr.employee"].create({"name": "Employee", "user_id": shop.user("employee").id})
        shop.sell([20], {"cash": 20}, employee_id=employee.id)
        shop.sell([25], {"bank": 25}, invoice=True, employee_id=employee.id)
        seen["of_employee"] = shop.figures(("user_id", "=", employee.user_id.id))
    shop.close()
    shop.commission()
    return seen


def discounted(shop):
    """An order of 60 and 40 less a discount of 10 on all of it, and its refund: amounts in all and by product."""
    salt, discount = shop.env["product.product"].create(
        [{"name": name, "taxes_id": [], "available_in_pos": True} for name in ("Salt", "Discount on the Order")]
    )
    shop.config.discount_product_id = discount
    before, paid = shop.figures(), shop.commission()["total"]
    prices = {shop.pepper: 60, salt: 40, discount: -10}
    lines = [{"product_id": product.id, "qty": 1, "price_unit": price} for product, price in prices.items()]
    sold = shop.order(lines, {"cash": 90})

    def by_product():
        domain = [("res_model", "=", "pos.order"), ("basis", "=", "collected"), ("res_id", "in", orders.ids)]
        groups = shop.env["sales.achievement"]._read_group(domain, ["product_id"], ["amount:sum", "quantity:sum"])
        return sorted((product.name, round(amount, 2), quantity) for product, amount, quantity in groups)

    orders = sold
    seen = {"sold": shop.since(before), "by_product": by_product()}
    seen["commission"] = round(shop.commission()["total"] - paid, 2)
    orders = shop.env["pos.order"].browse(sold.refund()["res_id"])
    orders._compute_prices()
    shop.pay(orders, {"cash": orders.amount_total})
    seen |= {"refunded": shop.since(before), "refund_by_product": by_product()}
    seen["commission_refunded"] = round(shop.commission()["total"] - paid, 2)
    return seen


def other_tills(env, company, other):
    euros = Shop(env, company, name="Euro", currency=env.ref("base.EUR"))
    euros.sell([80], {"bank": 80})
    euros.sell([40], {"bank": 40}, invoice=True)
    euros.close()
    second = Shop(env(context={**env.context, "allowed_company_ids": other.ids}), other, name="Second")
    second.sell([15], {"cash": 15})
    return {
        "euros": euros.figures(),
        "second": second.figures(),
        "in_second_company": len(
            env["sales.achievement"].search(
                [("company_id", "=", other.id), ("partner_id", "!=", second.customer.id)], limit=1
            )
        ),
    }


class Shop:
    """A till that takes cash, cards and the customer's account; its cashier and a salesperson of the company.

    Both earn 10 % of what is collected. Pepper costs 10.
    """

    def __init__(self, env, company, name="Shop", currency=None):
        self.env, self.company = env, company
        self.customer = env["res.partner"].create({"name": f"{name} Customer", "is_company": True})
        self.pepper = env["product.product"].create(
            {"name": "Pepper", "list_price": 100, "standard_price": 10, "taxes_id": [], "available_in_pos": True}
        )
        if currency:
            currency.active = True
            env["res.currency.rate"].create(
                {"currency_id": currency.id, "company_id": company.id, "rate": 0.8, "name": "2020-01-01"}
            )
        journals = self.journals(name, currency)
        methods = {kind: {"name": f"{name} {kind}", "journal_id": journals[kind].id} for kind in ("cash", "bank")}
        methods["account"] = {"name": f"{name} account", "split_transactions": True}
        self.methods = {
            kind: env["pos.payment.method"].create({**values, "company_id": company.id})
            for kind, values in methods.items()
        }
        pricelist = env["product.pricelist"].create(
            {"name": name, "company_id": company.id, "currency_id": (currency or company.currency_id).id}
        )
        self.config = env["pos.config"].create(
            {
                "name": name,
                "company_id": company.id,
                "journal_id": journals["till"].id,
                "invoice_journal_id": journals["sale"].id,
                "payment_method_ids": [Command.set(self.payment_methods(currency).ids)],
                "use_pricelist": True,
                "available_pricelist_ids": [Command.set(pricelist.ids)],
                "pricelist_id": pricelist.id,
            }
        )
        self.cashier = self.user(f"{name} cashier")
        self.salesperson = self.user(f"{name} salesperson")

    def journals(self, name, currency):
        kinds = {"till": "general", "sale": "sale", "cash": "cash", "bank": "bank"}
        if currency:
            kinds["till"] = "sale"
        return {
            key: self.env["account.journal"].create(
                {
                    "name": f"{name} {key}",
                    "code": f"{name[:2]}{key[:3]}".upper(),
                    "type": kind,
                    "company_id": self.company.id,
                    "currency_id": currency.id if currency and key != "cash" else False,
                }
            )
            for key, kind in kinds.items()
        }

    def payment_methods(self, currency):
        """Those that a till of the currency takes: cash is in the company's own."""
        return self.methods["bank"] if currency else self.env["pos.payment.method"].union(*self.methods.values())

    def user(self, login):
        return self.env["res.users"].create(
            {
                "login": login,
                "name": login,
                "company_id": self.company.id,
                "company_ids": [Command.set(self.company.ids)],
                "group_ids": [Command.link(self.env.ref("sales_team.group_sale_salesman").id)],
            }
        )

    def sell(self, prices, payments, invoice=False, **vals):
        """An order of pepper, a line for each price, paid by these methods."""
        lines = [{"product_id": self.pepper.id, "qty": 1, "price_unit": price} for price in prices]
        return self.order(lines, payments, invoice, **vals)

    def open(self):
        if not self.config.current_session_id:
            self.config.open_ui()
            self.config.current_session_id.set_opening_control(0, None)

    def order(self, lines, payments, invoice=False, **vals):
        self.open()
        order = self.env["pos.order"].create(
            {
                "amount_total": 0,
                "amount_paid": 0,
                "amount_tax": 0,
                "amount_return": 0,
                "company_id": self.company.id,
                "session_id": self.config.current_session_id.id,
                "partner_id": self.customer.id,
                "user_id": self.cashier.id,
                "to_invoice": invoice,
                **vals,
                "lines": [Command.create({"price_subtotal": 0, "price_subtotal_incl": 0, **line}) for line in lines],
            }
        )
        order.lines._onchange_amount_line_all()
        order._compute_prices()
        self.pay(order, payments)
        return order

    def pay(self, order, payments):
        for kind, amount in payments.items():
            self.env["pos.make.payment"].with_context(active_ids=order.ids, active_id=order.id).create(
                {"payment_method_id": self.methods[kind].id, "amount": amount}
            ).check()
        if not payments:
            order.action_pos_order_paid()
        assert order.state in ("paid", "done"), order.state

    def refund(self, line):
        self.open()
        refund = self.env["pos.order"].browse(line.order_id.refund()["res_id"])
        refund.lines.filtered(lambda returned: returned.refunded_orderline_id != line).unlink()
        refund._compute_prices()
        self.pay(refund, {"cash": refund.amount_total})
        return refund

    def close(self):
        session = self.config.current_session_id
        if self.config.cash_control:
            session.post_closing_cash_details(session.cash_register_balance_end)
        closed = session.close_session_from_ui()
        assert session.state == "closed", closed

    def quotation(self, price):
        return self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "user_id": self.salesperson.id,
                "order_line": [Command.create({"product_id": self.pepper.id, "price_unit": price, "tax_ids": []})],
            }
        )

    def settle(self, quotation, invoice=False):
        quotation.action_confirm()
        line = quotation.order_line
        values = {
            "product_id": line.product_id.id,
            "qty": 1,
            "price_unit": line.price_unit,
            "sale_order_origin_id": quotation.id,
            "sale_order_line_id": line.id,
        }
        return self.order([values], {"cash": line.price_unit}, invoice)

    def pay_account(self, order):
        """The customer pays what the session's entry has on the customer's account."""
        owed = order.session_id.move_id.line_ids.filtered(
            lambda line: line.partner_id == self.customer and not line.reconciled and line.balance > 0
        )
        self.env["account.payment.register"].with_context(active_model="account.move.line", active_ids=owed.ids).create(
            {}
        )._create_payments()

    def figures(self, *domain):
        """The amounts of what this shop's customer bought, by kind of fact."""
        groups = self.env["sales.achievement"]._read_group(
            [("partner_id", "=", self.customer.id), ("basis", "in", ["ordered", "invoiced", "collected"]), *domain],
            ["basis"],
            ["amount:sum"],
        )
        return {basis: round(amount, 2) for basis, amount in groups}

    def since(self, before):
        return {basis: round(amount - before[basis], 2) for basis, amount in self.figures().items()}

    def core_report(self):
        """Amount and margin of core's sales report, and our margin of what was ordered."""
        [[amount, margin]] = self.env["sale.report"]._read_group(
            [("partner_id", "=", self.customer.id), ("state", "in", ["sale", "paid", "invoiced", "done"])],
            [],
            ["price_subtotal:sum", "margin:sum"],
        )
        [[ours]] = self.env["sales.achievement"]._read_group(
            [("partner_id", "=", self.customer.id), ("basis", "=", "ordered")], [], ["margin:sum"]
        )
        return {"amount": round(amount, 2), "margin": round(margin, 2), "our_margin": round(ours, 2)}

    def documents(self):
        """The net number of orders of tills."""
        [[count]] = self.env["sales.achievement"]._read_group(
            [("basis", "=", "ordered"), ("res_model", "=", "pos.order"), ("partner_id", "=", self.customer.id)],
            [],
            ["count:sum"],
        )
        return count

    def commission(self):
        """What the cashier and the salesperson have earned in all, and entry by entry."""
        plan = self.env["sales.commission.plan"].search([("name", "=", self.config.name)]) or self.plan()
        plan.action_compute(fields.Date.context_today(plan))
        entries = self.env["sales.commission.entry"].search([("plan_id", "=", plan.id)])
        return {
            "total": round(sum(entries.mapped("amount")), 2),
            "amounts": sorted(round(amount, 2) for amount in entries.mapped("amount")),
        }

    def plan(self):
        first = fields.Date.context_today(self.company).replace(month=1, day=1)
        plan = self.env["sales.commission.plan"].create(
            {
                "name": self.config.name,
                "company_id": self.company.id,
                "version_ids": [
                    Command.create(
                        {
                            "date_from": first,
                            "rule_ids": [
                                Command.create(
                                    {
                                        "name": "Collected",
                                        "metric_id": self.env.ref("sales_tracking.metric_collected").id,
                                        "kind": "percent",
                                        "rate": 0.1,
                                    }
                                )
                            ],
                        }
                    )
                ],
                "assignment_ids": [
                    Command.create({"user_id": user.id, "date_from": first}) for user in self.cashier | self.salesperson
                ],
            }
        )
        plan.version_ids.action_approve()
        return plan

    def reached(self):
        """What the month has reached of the cashier's target for collected money."""
        first = fields.Date.context_today(self.company).replace(day=1)
        target = self.env["sales.target"].create(
            {
                "metric_id": self.env.ref("sales_tracking.metric_collected").id,
                "company_id": self.company.id,
                "scope": "person",
                "user_id": self.cashier.id,
                "amount": 1000,
                "date_from": first,
                "date_to": first + relativedelta(months=1, days=-1),
            }
        )
        return target.get_report()[0]["actual"]
