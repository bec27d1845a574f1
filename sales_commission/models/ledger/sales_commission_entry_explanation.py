from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import formatLang

from ...tools.formatting import format_rate
from ..engine.arithmetic import decimal, level_due, marginal_parts, reached, round_half_up, tier_due


class SalesCommissionEntry(models.Model):
    """How the amount of an entry came about, in words."""

    _inherit = "sales.commission.entry"

    @api.depends("base_before", "due_base", "due_amount", "rated_amount", "amount", "capped_amount", "rate", "note")
    @api.depends_context("lang")
    def _compute_explanation(self):
        orders_of = self._orders()
        sharers = self._sharers(orders_of)
        reassignments = self._reassignments(orders_of)
        for entry in self:
            words = [entry._explain() if entry.rule_id else entry.note]
            if names := sharers.get(entry):
                words.append(self.env._("The credit was shared by %(people)s.", people=", ".join(names)))
            changes = reassignments.get(entry)
            if changes:
                names = sorted(set(changes.changed_by_id.mapped("name")))
                words.append(
                    self.env._(
                        "The salesperson or team was changed after the sale by %(people)s.", people=", ".join(names)
                    )
                )
            entry.is_reassigned = bool(changes)
            entry.explanation = " ".join(filter(None, words))

    def _orders(self):
        """Return the orders behind the documents of the entries that people earned.

        :return: {(res_model, res_id): orders}
        """
        orders_of = {}
        for model, entries in self.filtered("user_id").grouped("res_model").items():
            if model in ("sale.order", "account.move"):
                for document in self.env[model].browse(set(entries.mapped("res_id"))).exists():
                    orders = document if model == "sale.order" else document.invoice_line_ids.sale_line_ids.order_id
                    orders_of[model, document.id] = orders
        return orders_of

    def _reassignments(self, orders_of):
        """Return the changes of the salesperson or team of the entries' documents, or of their orders, after the sale.

        :return: {entry: sales.commission.reassignment}
        """
        earned = self.filtered(lambda entry: entry.rule_id and entry.user_id)
        documents = {
            entry: {
                (entry.res_model, entry.res_id),
                *(("sale.order", order.id) for order in orders_of.get((entry.res_model, entry.res_id), ())),
            }
            for entry in earned
        }
        ids_by_model = defaultdict(set)
        for model, res_id in set().union(*documents.values()):
            ids_by_model[model].add(res_id)
        changes = self.env["sales.commission.reassignment"].search(
            Domain.OR(
                Domain("res_model", "=", model) & Domain("res_id", "in", list(ids))
                for model, ids in ids_by_model.items()
            )
        )
        known = changes.grouped(lambda change: (change.res_model, change.res_id))
        return {
            entry: changes.browse().union(*(known[key] for key in keys if key in known))
            for entry, keys in documents.items()
        }

    def _sharers(self, orders_of):
        """Who entered the shares of the orders that sellers and supporters are paid for by these entries.

        :return: {entry: names in their order}, of shared documents alone
        """
        earned = self.filtered(lambda entry: entry.role in ("seller", "support") and entry.user_id)
        orders = self.env["sale.order"].union(*orders_of.values())
        splits = self.env["sales.credit.split"].search([("order_id", "in", orders.ids)]).grouped("user_id")
        sharers = {}
        for entry in earned:
            orders = orders_of.get((entry.res_model, entry.res_id), orders.browse())
            own = splits.get(entry.user_id, self.env["sales.credit.split"])
            authors = own.filtered(lambda split, orders=orders: split.order_id in orders).create_uid
            sharers[entry] = sorted(set(authors.mapped("name")))
        return sharers

    def action_open_reassignments(self):
        """Open who changed to whom the sales behind these entries are credited, as far as the reader may know."""
        self.check_access("read")
        # As superuser: the orders behind invoices are not everybody's to read.
        entries = self.sudo()
        changes = self.env["sales.commission.reassignment"].union(*entries._reassignments(entries._orders()).values())
        action = self.env["ir.actions.act_window"]._for_xml_id("sales_commission.sales_commission_reassignment_action")
        return {**action, "domain": [("id", "in", changes.ids)]}

    def _explain(self):
        """The formula with its numbers, in the reader's language. Computed from what the entry holds."""
        self.ensure_one()
        words = [self._explain_due()]
        posted = decimal(self.due_amount) - decimal(self.amount)
        if (posted or self.sequence > 1) and self.kind != "capped":
            words.append(
                self.env._(
                    "Posted before: %(posted)s. Difference: %(amount)s.",
                    posted=self._format(posted),
                    amount=self._format(self.amount),
                )
            )
        if self.origin_period_start != self.period_start:
            words.append(
                self.env._(
                    "Belongs to %(period)s, which was confirmed.",
                    period=self.plan_id._period_name(self.origin_period_start),
                )
            )
        return " ".join(words)

    def _explain_due(self):
        if self.kind == "capped":
            return self.env._(
                "%(capped)s is above the cap of the period and is not paid.", capped=self._format(self.capped_amount)
            )
        if self.kind == "bonus":
            return self.env._(
                "Minimum of the period %(minimum)s: %(due)s was missing.",
                minimum=self._format(self.rated_amount),
                due=self._format(self.due_amount),
            )
        if not self.due_base and not self.due_amount:
            return self.env._("No longer earns.")
        before, base = decimal(self.base_before), decimal(self.due_base)
        explain = {"tiers": self._explain_tiers, "attainment": self._explain_attainment}
        words = [explain.get(self.rule_id.kind, self._explain_by_document)(before, base)]
        words.extend(self._explain_earned_on(base))
        if decimal(self.rated_amount) != decimal(self.due_amount) and self.limits_period_start:
            words.append(
                self.env._(
                    "After the threshold and the cap of %(period)s, with what was taken back of it since: %(due)s.",
                    period=self.plan_id._period_name(self.limits_period_start),
                    due=self._format(self.due_amount),
                )
            )
        elif decimal(self.rated_amount) != decimal(self.due_amount):
            words.append(
                self.env._("After the threshold and the cap of the period: %(due)s.", due=self._format(self.due_amount))
            )
        return " ".join(words)

    def _explain_earned_on(self, base):
        """Why not all that was paid counts, or counts only now."""
        words = self.rule_id._describe_earned_on()
        if words and base < 0:
            words.append(self.env._("A credit note takes back the part that its invoice has earned of what was paid."))
        return words

    def _explain_by_document(self, before, base):
        """A rate or an amount, times the base of the document or as much of it as was paid."""
        price = decimal(self.rate)
        if self.rule_id.kind == "percent":
            price_words, base_words = format_rate(self.env, self.rate), self._format
        else:
            price_words, base_words = self._format(price), self._format_quantity
        rated = decimal(self.rated_amount)
        due_before, due_after = self._round(before * price), self._round((before + base) * price)
        if before and due_after - due_before == self._round(rated):
            return self.env._(
                "%(after)s so far × %(rate)s = %(due_after)s, less %(due_before)s for %(before)s before = %(due)s.",
                after=base_words(before + base),
                rate=price_words,
                due_after=self._format(due_after),
                due_before=self._format(due_before),
                before=base_words(before),
                due=self._format(rated),
            )
        words = [f"{base_words(base)} × {price_words} = {self._format(rated)}."]
        if decimal(self.share) != 1:
            words.append(self.env._("Share: %(share)s.", share=format_rate(self.env, self.share)))
        if self._round(base * price) != self._round(rated):
            if self.rule_id.deal_cap:
                cap = self._format(self.rule_id.deal_cap)
                words.append(self.env._("At most %(cap)s per document, credit notes included.", cap=cap))
            else:
                words.append(self.env._("Rounded so that the parts of the sale sum to the whole."))
        return " ".join(words)

    def _explain_tiers(self, before, base):
        tiers = self.rule_id.tier_ids._as_table()
        if self.rule_id.tier_mode == "whole":
            return self._explain_whole(tiers, before, before + base)
        parts = " + ".join(
            f"{self._format(part)} × {format_rate(self.env, rate)}"
            for part, rate in marginal_parts(tiers, before, before + base)
        )
        return self.env._(
            "Base from %(before)s to %(after)s: %(parts)s = %(due)s.",
            before=self._format(before),
            after=self._format(before + base),
            parts=parts,
            due=self._format(self.rated_amount),
        )

    def _explain_whole(self, tiers, before, after):
        total = f"{self._format(after)} × {format_rate(self.env, reached(tiers, after).rate)}"
        if not before:
            return f"{total} = {self._format(self.rated_amount)}."
        return self.env._(
            "%(total)s = %(due_after)s, less %(due_before)s for %(before)s before = %(due)s.",
            total=total,
            due_after=self._format(self._round(tier_due(tiers, "whole", after))),
            due_before=self._format(self._round(tier_due(tiers, "whole", before))),
            before=self._format(before),
            due=self._format(self.rated_amount),
        )

    def _explain_attainment(self, before, base):
        due_after = self._round(
            level_due(self.rule_id.tier_ids._as_levels(), self.rule_id.attainment_mode, decimal(self.rate))
        )
        counted = self.rule_id.metric_id.measure in ("quantity", "count")
        words = {
            "base": (self._format_quantity if counted else self._format)(before + base),
            "attainment": format_rate(self.env, self.rate),
            "due_after": self._format(due_after),
            "due_before": self._format(due_after - decimal(self.rated_amount)),
            "due": self._format(self.rated_amount),
        }
        if not before:
            return self.env._("Base %(base)s, %(attainment)s of the target: %(due_after)s.", **words)
        return self.env._(
            "Base %(base)s, %(attainment)s of the target: %(due_after)s, less %(due_before)s before = %(due)s.", **words
        )

    def _round(self, amount):
        return round_half_up(amount, self.currency_id.decimal_places)

    def _format(self, amount):
        digits = self.currency_id.decimal_places
        return formatLang(self.env, float(round_half_up(decimal(amount), digits)), digits=digits)

    def _format_quantity(self, quantity):
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        plain = f"{round_half_up(decimal(quantity), digits):f}"
        decimals = len(plain.partition(".")[2].rstrip("0"))
        return formatLang(self.env, float(plain), digits=decimals)
