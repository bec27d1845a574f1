"""Builds worlds in Odoo and reads what its ledger holds of them; runs inside an Odoo shell."""

from collections import defaultdict
from decimal import Decimal
from unittest.mock import patch

from odoo.fields import Command

from .rules import last_of, month_after
from .world import (
    AGENT,
    COSTS,
    MANAGERS,
    MONTHS,
    PEOPLE,
    RATES,
    TEAMS,
    TODAY,
    Change,
    Credit,
    Invoice,
    Order,
    Payment,
    Withdrawal,
)  # fmt: skip

# Of the ledger's kinds, those that a statement is settled with; no rule pays them.
SETTLING = ("draw", "carry")


class Company:
    """The company of all worlds: people, teams, products, a tax and rates, made once."""

    def __init__(self, env):
        self.company = env["res.company"].create({"name": "Oracle", "currency_id": env.ref("base.USD").id})
        env.user.write({"company_ids": [Command.link(self.company.id)], "company_id": self.company.id})
        context = {**env.context, "allowed_company_ids": self.company.ids, "tracking_disable": True}
        self.env = env = env(context=context, su=True)
        env["account.chart.template"].try_loading("generic_coa", company=self.company, install_demo=False)
        self.company = self.company.with_env(env)
        self.company.write({"sales_tz": "UTC", "currency_id": env.ref("base.USD").id})
        self.people = {name: self._user(name) for name in (*PEOPLE, *MANAGERS)}
        self.agent = env["res.partner"].create({"name": AGENT})
        self.teams = {
            name: env["crm.team"].create({"name": name, "company_id": self.company.id, "user_id": False})
            for name in TEAMS
        }
        self.products = {
            name: env["product.product"].create(
                {"name": name, "standard_price": float(cost), "invoice_policy": "order", "taxes_id": [Command.clear()]}
            )
            for name, cost in COSTS.items()
        }
        self.tax = env["account.tax"].create({"name": "15 %", "amount": 15, "company_id": self.company.id})
        self.customers = env["res.partner"].create([{"name": "Customer"}, {"name": "The same customer"}])
        self.currencies = {"USD": self.company.currency_id} | {
            name: self._currency(name, rates) for name, rates in RATES.items()
        }
        self.pricelists = {
            name: env["product.pricelist"].create(
                {"name": name, "currency_id": currency.id, "company_id": self.company.id}
            )
            for name, currency in self.currencies.items()
        }
        self.metrics = {}

    def _user(self, name):
        return self.env["res.users"].create(
            {
                "login": f"oracle {name}",
                "name": name,
                "company_id": self.company.id,
                "company_ids": [Command.set(self.company.ids)],
                "group_ids": [Command.set(self.env.ref("sales_team.group_sale_salesman").ids)],
            }
        )

    def _currency(self, name, rates):
        currency = self.env.ref(f"base.{name}")
        currency.active = True
        self.env["res.currency.rate"].search([("currency_id", "=", currency.id)]).unlink()
        self.env["res.currency.rate"].create(
            [
                {"currency_id": currency.id, "name": day, "rate": float(rate), "company_id": self.company.id}
                for day, rate in rates
            ]
        )
        return currency

    def metric(self, basis, measure, product):
        """The metric of a rule or target, made when it is first asked for."""
        key = (basis, measure, product)
        if key not in self.metrics:
            domain = [("product_id", "=", self.products[product].id)] if product else []
            self.metrics[key] = self.env["sales.metric"].create(
                {
                    "name": " ".join(key),
                    "code": "oracle_" + "_".join(key),
                    "basis": basis,
                    "measure": measure,
                    "domain": str(domain),
                }
            )
        return self.metrics[key]

    def payee(self, name):
        return self.agent if name == AGENT else self.people[name].partner_id


class Built:
    """One world in Odoo. Make it inside a savepoint, and play its phases one by one."""

    def __init__(self, company, world):
        self.company = company
        self.env = company.env
        self.world = world
        self.records = {}
        self.rules = {}
        self.customers = company.customers
        self.plan = self._plan()
        for target in world.targets:
            self._target(target)

    # Terms and people

    def _plan(self):
        self.company.company.sales_commission_down_payment = self.world.down_payment
        return self.env["sales.commission.plan"].create(
            {
                "name": "Oracle",
                "company_id": self.company.company.id,
                "clawback_days": self.world.clawback_days,
                "pay_after_leaving": self.world.pay_after_leaving,
                "period": self.world.period,
                "credit_notes_count": self.world.credit_notes,
                "assignment_ids": [Command.create(self._assignment(each)) for each in self.world.assignments],
            }
        )

    def _assignment(self, assignment):
        values = {
            "role": assignment.role,
            "date_from": assignment.first,
            "date_to": assignment.last,
            "draw_amount": float(assignment.draw),
            "draw_recoverable": assignment.recoverable,
            "payout_currency_id": self.company.currencies[assignment.payout].id
            if assignment.payout != "USD"
            else False,
        }
        if assignment.role == "override":
            return values | {
                "user_id": self.company.people[assignment.who].id,
                "managed_user_id": assignment.manages and self.company.people[assignment.manages].id,
                "managed_team_id": assignment.team and self.company.teams[assignment.team].id,
            }
        if assignment.team:
            return values | {
                "beneficiary": "team",
                "team_id": self.company.teams[assignment.team].id,
                "distribution_ids": [
                    Command.create({"user_id": self.company.people[who].id, "share": float(share), "sequence": place})
                    # After the sellers, where a cent is left over.
                    for place, (who, share) in enumerate(assignment.distribution, start=100)
                ],
            }
        if assignment.who == AGENT:
            return values | {"beneficiary": "agent", "agent_id": self.company.agent.id}
        return values | {"user_id": self.company.people[assignment.who].id}

    def _version(self, version, number):
        rules = [Command.create(self._rule(rule, place)) for place, rule in enumerate(version.rules)]
        record = self.env["sales.commission.version"].create(
            {"plan_id": self.plan.id, "date_from": version.first, "reason": "Better", "rule_ids": rules}
        )
        record.action_approve()
        for place, rule in enumerate(record.rule_ids.sorted("sequence")):
            self.rules[rule.id] = (number, place)

    def _rule(self, rule, place):
        table = [
            {"attainment": float(at), "payout": float(paid)}
            if rule.kind == "attainment"
            else {
                "amount_from": float(at),
                "amount_to": float(rule.table[index + 1][0]) if index + 1 < len(rule.table) else 0,
                "rate": float(paid),
            }
            for index, (at, paid) in enumerate(rule.table)
        ]
        return {
            "name": f"Rule {place}",
            "sequence": place,
            "application": "stacking" if rule.stacking else "exclusive",
            "role": rule.role,
            "override_level": rule.level or 1,
            "metric_id": self.company.metric(rule.basis, rule.measure, rule.product).id,
            "kind": rule.kind,
            "rate": float(rule.rate),
            "unit_amount": float(rule.amount),
            "tier_mode": rule.mode if rule.kind == "tiers" else "marginal",
            "attainment_mode": rule.mode if rule.kind == "attainment" else "linear",
            "tier_ids": [Command.create(row) for row in table],
            "earned_on": rule.earned_on,
            "payment_step_ids": [Command.create({"days": days, "share": float(share)}) for days, share in rule.steps],
            **{
                name: float(getattr(rule, name))
                for name in ("invoiced_share", "threshold", "deal_cap", "period_floor", "period_cap")
            },
        }

    def _target(self, target):
        months = [month_after(target.month, index) for index in range(len(target.months))]
        values = {
            "metric_id": self.company.metric(target.basis, target.measure, target.product).id,
            "user_id": self.company.people[target.who].id,
            "company_id": self.company.company.id,
            "date_from": target.month,
            "date_to": last_of(months[-1]),
            "amount": float(target.amount),
        }
        if len(months) > 1:
            values |= {
                "shape": "manual",
                "period_ids": [
                    Command.create({"date_from": month, "date_to": last_of(month), "amount": float(amount)})
                    for month, amount in zip(months, target.months, strict=True)
                ],
            }
        self.env["sales.target"].create(values).action_approve()

    # Events

    def play(self, phase, number_of_versions):
        """Let the phase happen up to its run."""
        for place, version in enumerate(phase.versions):
            self._version(version, number_of_versions + place)
        for event in phase.events:
            make = {
                Invoice: self._invoice, Credit: self._credit, Order: self._order, Payment: self._payment,
                Withdrawal: self._withdraw, Change: self._change,
            }[type(event)]  # fmt: skip
            make(event)

    def _line(self, line, taxed=False):
        return {
            "product_id": self.company.products[line.product].id,
            "price_unit": float(line.price),
            "tax_ids": [Command.set(self.company.tax.ids if taxed else [])],
        }

    def _move(self, document, move_type, **values):
        move = self.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": self._customer().id,
                "invoice_date": document.day,
                "date": document.day,
                "invoice_payment_term_id": False,
                "invoice_user_id": self.company.people[document.seller].id,
                "team_id": self.company.teams[document.team].id,
                "commission_agent_id": document.agent and self.company.agent.id,
                "invoice_line_ids": [
                    Command.create({**self._line(line, values.get("taxed")), "quantity": line.quantity})
                    for line in document.lines
                ],
                "currency_id": self.company.currencies[values.get("currency", "USD")].id,
            }
        )
        self._post(document.name, move)

    def _post(self, name, move):
        move.action_post()
        self.records[name] = move

    def _invoice(self, invoice):
        if not invoice.shares and not invoice.down_payment:
            self._move(invoice, "out_invoice", taxed=invoice.taxed, currency=invoice.currency)
            return
        order = self._order(invoice, name=f"{invoice.name}-order")
        if invoice.down_payment:
            percentage, day = invoice.down_payment
            wizard = self.env["sale.advance.payment.inv"].create(
                {
                    "sale_order_ids": order.ids,
                    "advance_payment_method": "percentage",
                    "amount": float(percentage),
                }
            )
            advance = wizard._create_invoices(order)
            advance.write({"invoice_date": day, "invoice_payment_term_id": False})
            self._post(f"{invoice.name}-advance", advance)
        move = order._create_invoices(final=True)
        move.write({"invoice_date": invoice.day, "invoice_payment_term_id": False})
        self._post(invoice.name, move)

    def _order(self, document, name=None):
        order = self.env["sale.order"].create(
            {
                "partner_id": self._customer().id,
                "company_id": self.company.company.id,
                "pricelist_id": self.company.pricelists[document.currency].id,
                "user_id": self.company.people[document.seller].id,
                "team_id": self.company.teams[document.team].id,
                "commission_agent_id": document.agent and self.company.agent.id,
                "order_line": [
                    Command.create(
                        {**self._line(line, getattr(document, "taxed", False)), "product_uom_qty": line.quantity}
                    )
                    for line in document.lines
                ],
                "credit_split_ids": [
                    Command.create({"user_id": self.company.people[who].id, "share": float(share), "sequence": place})
                    for place, (who, share) in enumerate(document.shares)
                ],
            }
        )
        order.action_confirm()
        order.date_order = f"{document.day} 08:00:00"
        self.records[name or document.name] = order
        return order

    def _credit(self, credit):
        if not credit.of:
            self._move(credit, "out_refund")
            return
        invoice = self.records[credit.of]
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"date": credit.day, "journal_id": invoice.journal_id.id, "reason": "Returned"})
        )
        move = self.env["account.move"].browse(wizard.refund_moves()["res_id"])
        quantities = {self.company.products[line.product].id: line.quantity for line in credit.lines}
        for line in move.invoice_line_ids:
            line.quantity = quantities.get(line.product_id.id, 0)
        move.write({"invoice_date": credit.day, "invoice_payment_term_id": False})
        self._post(credit.name, move)

    def _payment(self, payment):
        move = self.records[payment.of]
        register = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create(
                {
                    "amount": float(payment.amount),
                    "currency_id": move.currency_id.id,
                    "payment_date": payment.day,
                    "payment_difference_handling": "open",
                }
            )
        )
        self.records[payment.name] = register._create_payments()

    def _withdraw(self, withdrawal):
        record = self.records[withdrawal.of]
        if record._name == "account.payment":
            record.move_id.line_ids.remove_move_reconcile()
        elif record._name == "account.move":
            record.button_draft()
        else:
            record._action_cancel()

    def _customer(self):
        """The customer of the next document: one after the other, until they are merged."""
        return self.customers[len(self.records) % len(self.customers)]

    # Master data

    def _change(self, change):
        product, person = self.company.products["pepper"], self.company.people[PEOPLE[0]]
        match change.what:
            case "archived product":
                product.active = False
            case "archived person":
                person.active = False
            case "moved product":
                product.categ_id = self.env["product.category"].create({"name": "Other"})
            case "moved customer":
                self.customers.write(
                    {
                        "country_id": self.env.ref("base.id").id,
                        "category_id": [Command.create({"name": "Other"})],
                        "user_id": self.company.people[PEOPLE[1]].id,
                    }
                )
            case "merged customer":
                kept = self.customers[0]
                self.env["base.partner.merge.automatic.wizard"]._merge(self.customers.ids, kept)
                self.customers = kept
            case "other team":
                self.company.teams[TEAMS[1]].member_ids = [Command.link(person.id)]
            case "other rate":
                first, _rate = RATES["EUR"][0]
                rates = self.env["res.currency.rate"].search([("currency_id.name", "=", "EUR"), ("name", "=", first)])
                rates.rate *= 2
            case "other cost":
                product.standard_price *= 2

    # The run and the ledger

    def compute(self):
        """Run the plan over all months; returns the number of entries added."""
        return sum(self.plan.action_compute(month)["entries"] for month in MONTHS)

    def confirm(self, months):
        """Confirm the drafts of the months; returns (payee, month) of each."""
        drafts = self.env["sales.commission.statement"].search(
            [("plan_id", "=", self.plan.id), ("period_start", "in", months), ("state", "=", "draft")]
        )
        names = self._names()
        keys = {(names[draft.partner_id.id], draft.period_start) for draft in drafts}
        if drafts:
            drafts.action_confirm()
        return keys

    def _names(self):
        return {self.company.payee(name).id: name for name in (*PEOPLE, *MANAGERS, AGENT)}

    def ledger(self):
        """Sums of the ledger.

        :return: ({(origin month, payee, rule, document): amount}, {(payee, month): commission of the statement},
            {(payee, month): (draw, carried in, paid)} of the confirmed statements)
        """
        names = self._names()
        documents = {(record._name, record.id): name for name, record in self.records.items()}
        amounts, commissions = defaultdict(Decimal), defaultdict(Decimal)
        settled = defaultdict(Decimal)
        for entry in self.env["sales.commission.entry"].search([("plan_id", "=", self.plan.id)]):
            payee = names[entry.partner_id.id]
            amount = Decimal(str(round(entry.amount, 2)))
            if entry.kind in SETTLING:
                settled[payee, entry.period_start, entry.kind, amount > 0] += amount
                continue
            document = documents.get((entry.res_model, entry.res_id), "plan")
            amounts[entry.origin_period_start, payee, self.rules.get(entry.rule_id.id), document] += amount
            commissions[payee, entry.period_start] += amount
        statements = {}
        for statement in self.env["sales.commission.statement"].search(
            [("plan_id", "=", self.plan.id), ("state", "!=", "draft")]
        ):
            payee, month = names[statement.partner_id.id], statement.period_start
            statements[payee, month] = tuple(
                Decimal(str(round(value, 2)))
                for value in (
                    sum(settled[payee, month, "draw", positive] for positive in (True, False)),
                    statement.carried_in_amount,
                    statement.payout_amount,
                )
            )
        return drop_zeros(amounts), drop_zeros(commissions), statements


def drop_zeros(amounts):
    return {key: amount for key, amount in amounts.items() if amount}


def on_the_day(env):
    """Today is the worlds' day for the engine, whenever they are played."""
    return patch.object(env.registry["res.company"], "_sales_today", lambda company: TODAY)
