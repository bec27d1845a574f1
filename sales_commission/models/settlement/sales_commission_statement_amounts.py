from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

from odoo import api, fields, models

from ..engine.arithmetic import decimal
from .arithmetic import draw_step, prorated

ADJUSTMENT_KINDS = ("adjustment", "bonus")


class Settlement(NamedTuple):
    """From the commission of a statement to what is paid, in the company's currency."""

    commission: Decimal = Decimal(0)
    granted: Decimal = Decimal(0)
    advanced: Decimal = Decimal(0)
    adjustment: Decimal = Decimal(0)
    carried_in: Decimal = Decimal(0)
    carried_out: Decimal = Decimal(0)
    # Advances still to be paid back after this statement.
    draw_balance: Decimal = Decimal(0)

    @property
    def draw(self):
        return self.granted + self.advanced

    @property
    def payable(self):
        return self.commission + self.draw + self.adjustment + self.carried_in + self.carried_out


class SalesCommissionStatement(models.Model):
    """Draw, adjustments, carry and payout currency: what makes a payment of the commission of a period."""

    _inherit = "sales.commission.statement"

    commission_amount = fields.Monetary(
        string="Earned", compute="_compute_settlement", compute_sudo=True, help="What the rules of the plan pay."
    )
    draw_amount = fields.Monetary(
        string="Draw",
        compute="_compute_settlement",
        compute_sudo=True,
        help="What the draw adds, or what is kept back of earlier advances. On a draft: what confirming will add.",
    )
    adjustment_amount = fields.Monetary(
        string="Adjustments and Bonuses", compute="_compute_settlement", compute_sudo=True
    )
    carried_in_amount = fields.Monetary(
        string="Carried from Before",
        compute="_compute_settlement",
        compute_sudo=True,
        help="The negative statement before, which was not paid.",
    )
    carried_out_amount = fields.Monetary(
        string="Carried Forward",
        compute="_compute_settlement",
        compute_sudo=True,
        help="A negative statement pays nothing: it is deducted from the next one.",
    )
    payable_amount = fields.Monetary(
        string="To Pay", compute="_compute_settlement", compute_sudo=True, help="On a draft: as things stand."
    )
    draw_balance = fields.Monetary(
        string="Advances to Pay Back",
        compute="_compute_settlement",
        compute_sudo=True,
        help="Recoverable draws up to this statement that later commission pays back.",
    )

    @api.depends("entry_ids.amount", "state")
    def _compute_settlement(self):
        settlements = self._origin._settlements()
        for statement in self:
            settlement = settlements.get(statement._origin, Settlement())
            statement.commission_amount = float(settlement.commission)
            statement.draw_amount = float(settlement.draw)
            statement.adjustment_amount = float(settlement.adjustment)
            statement.carried_in_amount = float(settlement.carried_in)
            statement.carried_out_amount = float(settlement.carried_out)
            statement.payable_amount = float(settlement.payable)
            statement.draw_balance = float(settlement.draw_balance)

    def _settlements(self):
        """What each statement holds, and for drafts what confirming them one after the other will add.

        A constant number of queries, however many statements there are; nothing is written.

        :return: a Settlement per statement
        """
        chain = self | self.filtered(lambda statement: statement.state == "draft")._drafts_of_payees()
        commissions, by_hand, advances = chain._commissions(), chain._entries_without_rule(), chain._advances()
        assignments = chain._assignments_by_payee()
        result = {}
        for payee, statements in chain.grouped(lambda statement: statement._payee()).items():
            balance, coming = sum(advances[payee].values(), Decimal(0)), Decimal(0)
            for statement in statements.sorted("period_start"):
                held = by_hand[statement]
                settlement = Settlement(
                    commission=commissions[statement],
                    granted=_sum(held, lambda entry: entry.kind == "draw" and not entry.is_recoverable),
                    advanced=_sum(held, lambda entry: entry.kind == "draw" and entry.is_recoverable),
                    adjustment=_sum(held, lambda entry: entry.kind in ADJUSTMENT_KINDS),
                    carried_in=_sum(held, lambda entry: entry.kind == "carry" and entry.amount < 0),
                    carried_out=_sum(held, lambda entry: entry.kind == "carry" and entry.amount > 0),
                )
                if statement.state == "draft":
                    draws = statement._draws(assignments[payee])
                    granted, advanced = draw_step(settlement.commission, *draws, balance)
                    balance += advanced
                    settlement = settlement._replace(
                        granted=granted,
                        advanced=advanced,
                        carried_in=settlement.carried_in + coming,
                        draw_balance=balance,
                    )
                    # What is negative goes to the next draft.
                    coming = min(settlement.payable, Decimal(0))
                    settlement = settlement._replace(carried_out=-coming)
                else:
                    settlement = settlement._replace(
                        draw_balance=sum(
                            (
                                amount
                                for period_start, amount in advances[payee].items()
                                if period_start <= statement.period_start
                            ),
                            Decimal(0),
                        )
                    )
                result[statement] = settlement
        return result

    def _draws(self, assignments):
        """(guaranteed, recoverable) draw of the period, by the calendar days of the assignments."""
        self.ensure_one()
        totals = {False: Decimal(0), True: Decimal(0)}
        for assignment in assignments.filtered("draw_amount"):
            span = assignment.date_from, assignment.date_to or self.period_end
            totals[assignment.draw_recoverable] += prorated(
                decimal(assignment.draw_amount),
                [span],
                (self.period_start, self.period_end),
                self.currency_id.decimal_places,
            )
        return totals[False], totals[True]

    def _commissions(self):
        """What rules pay on each statement."""
        commissions = defaultdict(Decimal)
        for statement, amount in self.env["sales.commission.entry"]._read_group(
            [("statement_id", "in", self.ids), ("rule_id", "!=", False)], ["statement_id"], ["amount:sum"]
        ):
            commissions[statement] = decimal(amount)
        return commissions

    def _entries_without_rule(self):
        """The draws, adjustments, bonuses and carries of each statement."""
        entries = self.env["sales.commission.entry"].search([("statement_id", "in", self.ids), ("rule_id", "=", False)])
        return defaultdict(entries.browse, entries.grouped("statement_id"))

    def _advances(self):
        """What each plan's person was advanced, or paid back, by the first day of the period."""
        advances = defaultdict(dict)
        for plan, partner, period_start, amount in self.env["sales.commission.entry"]._read_group(
            [
                ("plan_id", "in", self.plan_id.ids),
                ("partner_id", "in", self.partner_id.ids),
                ("kind", "=", "draw"),
                ("is_recoverable", "=", True),
            ],
            ["plan_id", "partner_id", "period_start:day"],
            ["amount:sum"],
        ):
            advances[plan, partner][period_start] = decimal(amount)
        return advances

    def _payee(self):
        self.ensure_one()
        return self.plan_id, self.partner_id

    def _drafts_of_payees(self):
        """The draft statements of the people and plans of these ones."""
        found = self.search(
            [
                ("plan_id", "in", self.plan_id.ids),
                ("partner_id", "in", self.partner_id.ids),
                ("state", "=", "draft"),
            ]
        )
        payees = {statement._payee() for statement in self}
        return found.filtered(lambda statement: statement._payee() in payees)

    def _assignments_by_payee(self):
        """The assignments of each plan and person of these statements."""
        assignments = self.env["sales.commission.assignment"].search([("plan_id", "in", self.plan_id.ids)])
        empty = assignments.browse()
        return defaultdict(
            lambda: empty, assignments.grouped(lambda assignment: (assignment.plan_id, assignment.partner_id))
        )


def _sum(entries, condition):
    return sum((decimal(entry.amount) for entry in entries if condition(entry)), Decimal(0))
