from datetime import timedelta
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ...tools.arguments import given_ids, given_period
from . import spans

MONTHS = 12
# A chart shows this number of groups; the rest of them is one.
MOST_GROUPS = 9
BREAKDOWNS = {
    "source_id": "source",
    "user_id": "salesperson",
    "categ_id": "category",
    "sales_type": "sales_type",
}


class Card(NamedTuple):
    """A figure of facts: of which basis, and what is measured."""

    basis: str
    aggregate: str
    unit: str


CARDS = {
    "ordered": Card("ordered", "amount:sum", "currency"),
    "invoiced": Card("invoiced", "amount:sum", "currency"),
    "collected": Card("collected", "amount:sum", "currency"),
    "won": Card("won", "count:sum", "count"),
    "new_customers": Card("new_customer", "count:sum", "count"),
    "interactions": Card("interaction", "count:sum", "count"),
    "visits": Card("visit", "count:sum", "count"),
    "average_order": Card("ordered", "average_amount:avg", "currency"),
    "time_to_close": Card("won", "median_days_to_close:avg", "days"),
}


class Question(NamedTuple):
    """What is asked of the Overview: spans of days, and whose figures; with neither, all that may be read."""

    spans: spans.Spans
    user_id: int | None
    team_id: int | None

    def people(self):
        """The limit on whose figures are asked for."""
        if self.user_id:
            return Domain("user_id", "=", self.user_id)
        return Domain("team_id", "=", self.team_id) if self.team_id else Domain.TRUE


class SalesOverview(models.AbstractModel):
    """The landing screen: the figures of a period beside those before, what they are made of, and what is to be done.

    Everything is read with the reader's rights, of the current company. Each figure comes with the action that shows
    the same figure in a native view.
    """

    _name = "sales.overview"
    _description = "Overview"

    @api.model
    @api.readonly
    def get_overview(self, period="month", date_from=None, date_to=None, user_id=None, team_id=None):
        """Return what the Overview shows, in a constant number of statements.

        :param str period: ``day``, ``week``, ``month``, ``quarter`` or ``year`` up to today, or ``custom``
        :param date_from: first day of a custom period, a date or its ISO text
        :param date_to: its last day, included
        :param int user_id: only the figures of this salesperson
        :param int team_id: only those of documents of this sales team
        :return: a dict: ``company``, ``currency_id``, ``period``, ``people`` to choose from, ``cards``, ``charts``,
            ``sections``; undefined figures are None
        :raise AccessError: the caller reads neither sales nor receivables
        :raise UserError: the period or an id can't be read
        """
        if not any(self.env[model].has_access("read") for model in ("sales.achievement", "sales.receivable.report")):
            raise AccessError(self.env._("The Overview is for people who sell or invoice."))
        [user] = given_ids(self.env, user_id)[:1] or [None]
        [team] = given_ids(self.env, team_id)[:1] or [None]
        question = Question(self._spans(period, date_from, date_to), user, team)
        # One setting of the planner for all of the reports.
        with self.env["sales.achievement"]._report_settings():
            return self._overview(question)

    @api.model
    def _overview(self, question):
        reads_facts = self.env["sales.achievement"].has_access("read")
        return {
            "company": self.env.company.name,
            "currency_id": self.env.company.currency_id.id,
            "period": {
                name: [fields.Date.to_string(day) for day in span] for name, span in question.spans._asdict().items()
            },
            "people": self._people(),
            "cards": self._cards(question) if reads_facts else [],
            "charts": self._charts(question) if reads_facts else [],
            "sections": [section for section in self._sections(question) if section["rows"]],
        }

    @api.model
    def _spans(self, period, date_from, date_to):
        if period == "custom":
            return spans.spans_of(*given_period(self.env, date_from, date_to))
        if period not in spans.KINDS:
            raise UserError(
                self.env._(
                    '"%(period)s" is no period of the Overview. Choose one of: %(kinds)s.',
                    period=period,
                    kinds=", ".join([*spans.KINDS, "custom"]),
                )
            )
        company = self.env.company
        return spans.spans_to_date(period, company._sales_today(), company._sales_year_end())

    @api.model
    def _sees_others(self, question):
        """Whether the figures may be of several people."""
        groups = ("sales_team.group_sale_salesman_all_leads", "sales_tracking.group_team_lead")
        return not question.user_id and any(map(self.env.user.has_group, groups))

    @api.model
    def _people(self):
        """The teams and people that the reader may look at one by one, with their names."""
        user = self.env.user
        if user.has_group("sales_team.group_sale_salesman_all_leads"):
            limit = Domain("company_id", "in", [False, self.env.company.id])
        elif user.has_group("sales_tracking.group_team_lead"):
            limit = Domain("user_id", "=", user.id)
        else:
            return []
        members = self.env["crm.team.member"].search_fetch(
            Domain("crm_team_id", "any", limit), ["crm_team_id", "user_id"]
        )
        names = [("team_id", members.crm_team_id), ("user_id", members.user_id)]
        return [
            {"name": name, "id": record.id, "label": record.display_name}
            for name, records in names
            for record in records.sorted("display_name")
        ]

    @api.model
    def _facts_domain(self, question, span, *bases):
        first, last = span
        return (
            Domain("company_id", "=", self.env.company.id)
            & question.people()
            & Domain("basis", "in", bases)
            & Domain("day", ">=", fields.Date.to_string(first))
            & Domain("day", "<=", fields.Date.to_string(last))
        )

    # Figures beside those before

    def _card_labels(self):
        return {
            "ordered": self.env._("Ordered"),
            "invoiced": self.env._("Invoiced"),
            "collected": self.env._("Collected"),
            "won": self.env._("Deals Won"),
            "new_customers": self.env._("New Customers"),
            "interactions": self.env._("Interactions"),
            "visits": self.env._("Visits"),
            "average_order": self.env._("Average Order"),
            "time_to_close": self.env._("Median Days to Close"),
        }

    @api.model
    def _cards(self, question):
        figures = {name: self._figures(question, span) for name, span in question.spans._asdict().items()}
        labels = self._card_labels()
        return [
            {
                "name": name,
                "label": labels[name],
                "unit": card.unit,
                **{span: figures[span].get((card.basis, card.aggregate), self._nothing(card)) for span in figures},
                "action": self._card_action(question, card, labels[name]),
            }
            for name, card in CARDS.items()
        ]

    @staticmethod
    def _nothing(card):
        """A sum of nothing is zero; an average of nothing is undefined."""
        return 0 if card.aggregate.endswith(":sum") else None

    @api.model
    def _figures(self, question, span):
        """The figures of all cards in the span, by basis and aggregate."""
        aggregates = list(dict.fromkeys(card.aggregate for card in CARDS.values()))
        bases = {card.basis for card in CARDS.values()}
        groups = self.env["sales.achievement"]._read_group(
            self._facts_domain(question, span, *bases), ["basis"], aggregates
        )
        return {
            (basis, aggregate): None if value is False else value
            for basis, *values in groups
            for aggregate, value in zip(aggregates, values, strict=True)
        }

    @api.model
    def _card_action(self, question, card, label):
        return self._open_facts(
            label,
            self._facts_domain(question, question.spans.current, card.basis),
            card.aggregate.split(":")[0],
            "partner_id" if question.user_id else "user_id",
        )

    @api.model
    def _open_facts(self, name, domain, measure, rows, columns=()):
        action = self._open("sales.achievement", name, domain, "pivot", "graph", "list", "kanban")
        return {**action, "context": self._pivot(measure, rows, columns)}

    @api.model
    def _pivot(self, measure, rows, columns=()):
        """The context in which a pivot and a graph show the measure by these fields."""
        return {
            "pivot_measures": [measure],
            "pivot_row_groupby": [rows],
            "pivot_column_groupby": list(columns),
            "graph_measure": measure,
            "graph_groupbys": [rows, *columns],
        }

    # What the figures are made of

    @api.model
    def _charts(self, question):
        return [self._monthly(question), *self._breakdowns(question), *self._funnel(question)]

    @api.model
    def _monthly(self, question):
        """What was ordered and invoiced in each of the last twelve months, up to the last day of the period."""
        last = question.spans.current[1]
        first = last.replace(day=1) - relativedelta(months=MONTHS - 1)
        bases = ("ordered", "invoiced")
        domain = self._facts_domain(question, (first, last), *bases)
        amounts = {
            (month, basis): amount
            for month, basis, amount in self.env["sales.achievement"]._read_group(
                domain, ["day:month", "basis"], ["amount:sum"]
            )
        }
        months = [first + relativedelta(months=number) for number in range(MONTHS)]
        labels = dict(self.env["sales.achievement"]._fields["basis"]._description_selection(self.env))
        return {
            "name": "monthly",
            "title": self.env._("Sales by Month"),
            "kind": "bar",
            "unit": "currency",
            "labels": [fields.Date.to_string(month) for month in months],
            "series": [
                {"label": labels[basis], "values": [amounts.get((month, basis), 0) for month in months]}
                for basis in bases
            ],
            "action": self._open_facts(self.env._("Sales by Month"), domain, "amount", "day:month", ["basis"]),
        }

    @api.model
    def _breakdowns(self, question):
        """What was ordered in the period, by where it came from, who sold it, what it was and how it was sold."""
        achievement = self.env["sales.achievement"]
        domain = self._facts_domain(question, question.spans.current, "ordered")
        titles = {
            "source_id": self.env._("Ordered by Source"),
            "user_id": self.env._("Ordered by Salesperson"),
            "categ_id": self.env._("Ordered by Product Category"),
            "sales_type": self.env._("Ordered by Form of Sale"),
        }
        # One person's sales by salesperson would be one bar.
        names = [name for name in BREAKDOWNS if name != "user_id" or self._sees_others(question)]
        found = achievement._read_grouping_sets(domain, [[name] for name in names], ["amount:sum"])
        forms = dict(achievement._fields["sales_type"]._description_selection(self.env))
        for name, groups in zip(names, found, strict=True):
            groups = sorted(groups, key=lambda group: -group[1])
            shown, rest = groups[:MOST_GROUPS], groups[MOST_GROUPS:]
            labels = [
                (forms.get(value) if name == "sales_type" else value.display_name) or self.env._("None")
                for value, _amount in shown
            ]
            values = [amount for _value, amount in shown]
            if rest:
                labels.append(self.env._("Others"))
                values.append(sum(amount for _value, amount in rest))
            yield {
                "name": BREAKDOWNS[name],
                "title": titles[name],
                "kind": "ranking",
                "unit": "currency",
                "labels": labels,
                "series": [{"label": titles[name], "values": values}],
                "action": self._open_facts(titles[name], domain, "amount", name),
            }

    @api.model
    def _funnel(self, question):
        """How far the leads that were made in the period have come."""
        report = self.env["sales.funnel.report"]
        company = self.env.company
        first, last = question.spans.current
        domain = (
            Domain("company_id", "=", company.id)
            & question.people()
            & Domain("lead_create_date", ">=", fields.Datetime.to_string(company._sales_moment(first)))
            & Domain(
                "lead_create_date", "<", fields.Datetime.to_string(company._sales_moment(last + timedelta(days=1)))
            )
        )
        groups = report._read_group(domain, ["stage_id"], ["reached:sum"])
        title = self.env._("Funnel of New Leads")
        yield {
            "name": "funnel",
            "title": title,
            "kind": "ranking",
            "unit": "count",
            "labels": [stage.display_name or self.env._("None") for stage, _reached in groups],
            "series": [{"label": title, "values": [reached for _stage, reached in groups]}],
            "action": {
                **self._open("sales.funnel.report", title, domain, "pivot", "graph", "list"),
                "context": self._pivot("reached", "stage_id"),
            },
        }

    # What is to be done, and further figures: rows with a label, a figure and an action

    @api.model
    def _sections(self, question):
        """The sections in their order, each with ``name``, ``title`` and ``rows``; other addons add theirs."""
        return [
            {"name": "first_steps", "title": self.env._("First Steps"), "rows": self._first_step_rows()},
            {"name": "todo", "title": self.env._("To Do"), "rows": list(self._todo_rows())},
            {"name": "visiting", "title": self.env._("With Customers Now"), "rows": list(self._visit_rows(question))},
            {"name": "receivables", "title": self.env._("Receivables"), "rows": list(self._receivable_rows(question))},
        ]

    @api.model
    def _first_step_rows(self):
        """What a sales administrator sets up in the beginning; nothing once all of it is done."""
        if not self.env.user.has_group("sales_team.group_sale_manager"):
            return []
        steps = list(self._first_steps())
        if all(is_done for _label, is_done, _action in steps):
            return []
        return [self._row(label, is_done, "done", action) for label, is_done, action in steps]

    @api.model
    def _first_steps(self):
        """The steps in their order: what is to be done, whether it is, and the action where it is done."""
        company = self.env.company
        yield (
            self.env._("Put salespeople into teams"),
            self._has_any("crm.team.member"),
            self._open("crm.team", self.env._("Sales Teams"), Domain.TRUE, "kanban", "list", "form"),
        )
        yield (
            self.env._("Capture what happened before"),
            self._has_any("sales.interaction.backfill"),
            self._open("sales.interaction.backfill", self.env._("Capture History"), Domain.TRUE),
        )
        if not self.env.user.has_group("base.group_system"):
            return
        settings = {**self._open("res.config.settings", self.env._("Settings"), Domain.TRUE, "form")}
        settings["context"] = {"module": "sales_tracking", "bin_size": False}
        pricelists = self.env.ref("product.group_product_pricelist")
        yield self.env._("Use price lists"), pricelists in self.env.ref("base.group_user").all_implied_ids, settings
        yield self.env._("Let reminders of quotations go out"), company.quotation_followup_automatic, settings
        yield self.env._("Let payment reminders go out"), company.dunning_automatic, settings

    @api.model
    def _has_any(self, model):
        return bool(self.env[model].search_count([], limit=1))

    @api.model
    def _todo_rows(self):
        """What waits for the reader, whatever the period: only what there is any of."""
        for label, model, domain in self._waiting():
            if self.env[model].has_access("read") and (count := self.env[model].search_count(domain)):
                yield self._row(label, count, "count", self._open(model, label, domain))

    @api.model
    def _waiting(self):
        """The kinds of work that may wait for the reader: its name, the model, and which of its records."""
        me = Domain("user_id", "=", self.env.uid)
        here = Domain("company_id", "=", self.env.company.id)
        today = fields.Date.to_string(self.env.company._sales_today())
        sells = self.env.user.has_group("sales_team.group_sale_salesman")
        of_sellers = [
            (
                self.env._("Visits Today"),
                "sales.visit",
                me & Domain("state", "in", ["planned", "in_progress"]) & Domain("day", "=", today),
            ),
            (
                self.env._("Quotations to Follow Up"),
                "sale.order",
                me & here & Domain("followup_attention", "!=", False),
            ),
            (
                self.env._("Margin Approvals"),
                "sales.margin.approval",
                # Nobody decides on a quotation of one's own.
                here & Domain("state", "=", "requested") & Domain("order_id.user_id", "!=", self.env.uid),
            ),
        ]
        return [
            *(of_sellers if sells else ()),
            (
                self.env._("Reminders to Approve"),
                "sales.dunning.account",
                here & Domain("state", "=", "proposed"),
            ),
            (
                self.env._("Unknown Numbers"),
                "sales.contact.inbox",
                here & Domain("state", "=", "waiting"),
            ),
            (
                self.env._("Activities until Today"),
                "mail.activity",
                me & Domain("date_deadline", "<=", today),
            ),
        ]

    @api.model
    def _visit_rows(self, question):
        """Where the people are whose visit goes on, for those who may see several people."""
        if not self._sees_others(question):
            return
        open_visits = (
            Domain("company_id", "=", self.env.company.id) & Domain("state", "=", "in_progress") & question.people()
        )
        visits = self.env["sales.visit"].search_fetch(
            open_visits, ["user_id", "check_in_time"], limit=MOST_GROUPS, order="check_in_time desc"
        )
        for visit in visits:
            action = self._open("sales.visit", visit.display_name, Domain("id", "=", visit.id), "form", "list")
            yield self._row(
                visit.user_id.name,
                fields.Datetime.to_string(visit.check_in_time),
                "time",
                {**action, "res_id": visit.id},
                note=visit.display_name,
            )

    @api.model
    def _receivable_rows(self, question):
        report = self.env["sales.receivable.report"]
        if not report.has_access("read"):
            return
        domain = Domain("company_id", "=", self.env.company.id) & question.people()
        [(open_amount, overdue)] = report._read_group(domain, [], ["amount_residual:sum", "amount_overdue:sum"])
        for label, amount, measure in (
            (self.env._("Open"), open_amount, "amount_residual"),
            (self.env._("Overdue"), overdue, "amount_overdue"),
        ):
            action = self._open("sales.receivable.report", label, domain, "pivot", "list")
            action["context"] = self._pivot(measure, "commercial_partner_id", ["bucket"])
            yield self._row(label, amount or 0, "currency", action)

    @api.model
    def _row(self, label, value, unit, action, **more):
        return {"label": label, "value": value, "unit": unit, "action": action, **more}

    @api.model
    def _open(self, model, name, domain, *kinds):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [(False, kind) for kind in kinds or ("list", "kanban", "form")],
            "domain": list(domain),
        }
