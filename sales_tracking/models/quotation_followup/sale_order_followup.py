from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ...tools import limits
from ...tools.planner import query_dicts
from . import followup_query

READERS = "sales_team.group_sale_salesman"
FOLLOWUP_STATES = [
    ("active", "Active"),
    ("waiting", "Waiting for a Person"),
    ("paused", "Paused"),
    ("replied", "Stopped: Customer Replied"),
    ("signed", "Stopped: Signed"),
    ("paid", "Stopped: Paid"),
    ("meeting", "Stopped: Meeting Booked"),
    ("lost", "Stopped: Opportunity Lost"),
    ("won", "Stopped: Another Quotation Won"),
    ("opt_out", "Stopped: No Follow-Up Wanted"),
    ("blacklisted", "Stopped: Address Blacklisted"),
    ("confirmed", "Stopped: Confirmed"),
    ("cancelled", "Stopped: Cancelled"),
    ("expired", "Expired"),
    ("done", "Done Without Reply"),
]
ATTENTIONS = [
    ("replied", "Reply to Answer"),
    ("failed", "Mail Failed"),
    ("activity", "Activity Due"),
    ("expiring", "Expires Soon"),
    ("finished", "No Reply at All"),
]
# States of the follow-up that a quotation has after it was decided.
DECIDED = {"confirmed", "cancelled"}
COLUMNS = {
    "followup_state": "state",
    "followup_attention": "attention",
    "followup_cadence_id": "cadence_id",
    "followup_step_id": "step_id",
    "followup_date": "step_day",
}


class SaleOrder(models.Model):
    """Where the automatic follow-up of a quotation stands. Only the sending and a person's decisions are stored."""

    _name = "sale.order"
    _inherit = ["sale.order", "sales.read.field.mixin"]

    followup_sent_at = fields.Datetime(
        string="Sent On",
        readonly=True,
        copy=False,
        groups=READERS,
        help="When the quotation was last sent or marked as sent. Its day, in the company's time zone, is day 0.",
    )
    followup_cycle = fields.Integer(
        string="Round of Follow-Up",
        readonly=True,
        copy=False,
        aggregator=None,
        groups=READERS,
        help="How often it was sent.",
    )
    followup_paused = fields.Boolean(groups=READERS, copy=False)
    followup_resume_on = fields.Date(
        string="Paused Until", groups=READERS, copy=False, help="The follow-up goes on on this day; empty: by hand."
    )
    no_followup = fields.Boolean(groups=READERS, help="No automatic reminders of this quotation.")

    followup_state = fields.Selection(
        selection=FOLLOWUP_STATES,
        string="Follow-Up",
        compute="_compute_followup",
        search="_search_followup_state",
        groups=READERS,
    )
    followup_attention = fields.Selection(
        selection=ATTENTIONS,
        string="Needs a Person",
        compute="_compute_followup",
        search="_search_followup_attention",
        group_expand=True,
        groups=READERS,
    )
    followup_cadence_id = fields.Many2one(
        comodel_name="sales.quotation.cadence",
        string="Cadence",
        compute="_compute_followup",
        search="_search_followup_cadence",
        groups=READERS,
    )
    followup_step_id = fields.Many2one(
        comodel_name="sales.quotation.cadence.step",
        string="Next Step",
        compute="_compute_followup",
        groups=READERS,
    )
    followup_date = fields.Date(
        string="Next Follow-Up", compute="_compute_followup", search="_search_followup_date", groups=READERS
    )
    followup_is_automatic = fields.Boolean(compute="_compute_followup_is_automatic", groups=READERS)
    followup_plan = fields.Text(
        string="Follow-Up After Sending",
        compute="_compute_followup_plan",
        groups=READERS,
        help="What happens by itself, and when, if the quotation is sent now.",
    )
    followup_error = fields.Text(compute="_compute_followup_error", groups=READERS)
    followup_log_ids = fields.One2many(
        comodel_name="sales.quotation.cadence.log", inverse_name="order_id", string="Follow-Up History", groups=READERS
    )
    followup_log_count = fields.Integer(compute="_compute_followup_log_count", groups=READERS)

    _sent_idx = models.Index("(company_id) WHERE state = 'sent'")

    @api.depends(
        "state",
        "validity_date",
        "followup_sent_at",
        "followup_cycle",
        "followup_paused",
        "followup_resume_on",
        "no_followup",
    )
    def _compute_followup(self):
        found = {}
        if self._origin:
            which = SQL("quotation.id IN %s", self._origin._ids)
            found = {row["order_id"]: row for row in self._read_followup(which)}
        for order in self:
            row = found.get(order._origin.id, {})
            for field_name, column in COLUMNS.items():
                order[field_name] = row.get(column)

    @api.depends("company_id")
    def _compute_followup_is_automatic(self):
        for order in self:
            order.followup_is_automatic = order.company_id.quotation_followup_automatic

    @api.depends("state", "company_id", "partner_id", "team_id", "validity_date", "no_followup")
    @api.depends_context("lang")
    def _compute_followup_plan(self):
        for order in self:
            is_open = order._origin and order.state in ("draft", "sent")
            order.followup_plan = is_open and order._origin._followup_plan_text()

    def _followup_plan_text(self):
        """Say what follows by itself if the quotation is sent now."""
        if not self.company_id.quotation_followup_automatic:
            return self.env._(
                "Reminders of quotations are off for %(company)s: nothing goes out by itself. An administrator can "
                "switch them on in the settings.",
                company=self.company_id.name,
            )
        customer = self.partner_id
        if self.no_followup or (customer | customer.commercial_partner_id).filtered("no_quotation_followup"):
            return self.env._("No follow-up is wanted for this quotation or customer: nothing goes out by itself.")
        query = followup_query.planned_steps(SQL("quotation.id = %s", self.id), fields.Datetime.now())
        followup_query.flush(self.env)
        rows = query_dicts(self.env, query)
        if not rows:
            return self.env._("No cadence of follow-up has a step for this quotation: nothing goes out by itself.")
        steps = self.env["sales.quotation.cadence.step"].sudo()  # what it says goes for whoever sends it
        planned = [(steps.browse(row["id"]), format_date(self.env, row["day"])) for row in rows]
        words = {
            "mail": self.env._('%(day)s: mail "%(name)s"'),
            "activity": self.env._('%(day)s: activity "%(name)s"'),
        }
        names = [words[step.action] % {"day": day, "name": step._followup_name()} for step, day in planned]
        return self.env._(
            "After sending, until the customer answers, this happens by itself: %(steps)s.", steps="; ".join(names)
        )

    def _compute_followup_error(self):
        """Why the next step waits."""
        waiting = self.filtered(lambda order: order.followup_state == "waiting")
        failures = self.env["sales.quotation.cadence.log"].search(
            [("order_id", "in", waiting.ids), ("result", "=", "failed")]
        )
        errors = {(failure.order_id, failure.step_id, failure.cycle): failure.error for failure in failures}
        for order in self:
            order.followup_error = errors.get((order._origin, order.followup_step_id, order.followup_cycle))

    def _compute_followup_log_count(self):
        logs = self.env["sales.quotation.cadence.log"]
        counts = dict(logs._read_group([("order_id", "in", self.ids)], ["order_id"], ["__count"]))
        for order in self:
            order.followup_log_count = counts.get(order._origin, 0)

    def _search_followup_state(self, operator, value):
        return self._search_followup("followup_state", operator, value)

    def _search_followup_attention(self, operator, value):
        return self._search_followup("followup_attention", operator, value)

    def _search_followup_cadence(self, operator, value):
        return self._search_followup("followup_cadence_id", operator, value)

    def _search_followup_date(self, operator, value):
        return self._search_followup("followup_date", operator, value)

    @api.model
    def _search_followup(self, field_name, operator, value):
        # Searching tells as much as reading, and the search itself asks for nobody's rights on a computed field.
        self._check_field_access(self._fields[field_name], "read")
        found = SQL.identifier("followup", COLUMNS[field_name])
        is_state = field_name == "followup_state"
        if operator == "in":
            values = tuple(each for each in value if each)
            if len(values) < len(value):
                without = Domain("id", "not in", self._followup_ids(SQL("%s IS NOT NULL", found), is_state))
                return without | self._search_followup(field_name, "in", values) if values else without
            is_decided = is_state and not DECIDED.isdisjoint(values)
            return Domain("id", "in", self._followup_ids(SQL("%s IN %s", found, values), is_decided))
        if operator in ("<", ">", "<=", ">="):
            return Domain("id", "in", self._followup_ids(SQL("%s %s %s", found, SQL(operator), value), False))
        return NotImplemented

    @api.model
    def _followup_ids(self, condition, is_decided):
        """Return the ids of the orders that meet a condition on `followup`.

        They are read here: as a part of core's statement PostgreSQL would compile them, for seconds.
        """
        return [row["order_id"] for row in self._read_followup(self._is_followed(is_decided), condition)]

    @api.model
    def _read_followup(self, which, condition=None, today=None):
        """Return where the follow-up stands as dicts with the columns of ``statement.followup``, in order of the ids.

        :param which: a condition on `quotation`, which the statement begins with
        :param condition: a condition on `followup`, what it found
        """
        rows = SQL(
            "SELECT followup.* FROM (%s) followup WHERE %s ORDER BY followup.order_id",
            self._followup_statement(which, today),
            condition or SQL("TRUE"),
        )
        return query_dicts(self.env, rows)

    @api.model
    def _is_followed(self, is_decided):
        """The condition on `quotation` of those that have a follow-up and that the reader may see."""
        rules = Domain.TRUE if self.env.su else limits.readable(self, Domain.TRUE)
        columns = {name: SQL.identifier("quotation", name) for name in ("company_id", "team_id", "user_id")}
        return SQL(
            "quotation.state IN %s AND %s",
            ("sent", "sale", "cancel") if is_decided else ("sent",),
            limits.on_columns(self, rules, columns),
        )

    @api.model
    def _followup_statement(self, which, today=None):
        followup_query.flush(self.env)
        return followup_query.followup(which, fields.Datetime.now(), today)

    def _field_to_sql(self, alias, field_expr, query=None):
        """Quotations are grouped by the state of their follow-up and by why they need a person."""
        if field_expr not in ("followup_state", "followup_attention") or query is None:
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields[field_expr], "read")
        followup = query.make_alias(alias, field_expr)
        if followup not in query._joins:
            is_followed = self._is_followed(field_expr == "followup_state")
            rows = [] if self._is_described() else self._read_followup(is_followed)
            table = SQL(
                "(SELECT * FROM UNNEST(%s::int[], %s::varchar[]) row (order_id, %s))",
                [row["order_id"] for row in rows],
                [row[COLUMNS[field_expr]] for row in rows],
                SQL.identifier(COLUMNS[field_expr]),
            )
            condition = SQL("%s = %s", SQL.identifier(followup, "order_id"), SQL.identifier(alias, "id"))
            query.add_join("LEFT JOIN", followup, table, condition)
        return SQL.identifier(followup, COLUMNS[field_expr])

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        # As in write.
        sent = orders.sudo().filtered(lambda order: order.state == "sent" and not order.followup_cycle)
        sent._start_followup()
        return orders

    def write(self, vals):
        is_sending = vals.get("state") == "sent"
        newly_sent = self.filtered(lambda order: order.state != "sent") if is_sending else self.browse()
        result = super().write(vals)
        # In sudo mode: invoicing users may send a quotation, without seeing its follow-up.
        newly_sent.sudo()._start_followup()
        return result

    def message_post(self, **kwargs):
        """Sending a quotation again by the "Send" button starts the next cycle."""
        is_sending = self.env.context.get("mark_so_as_sent")
        sent_before = self.filtered(lambda order: order.state == "sent") if is_sending else self.browse()
        message = super().message_post(**kwargs)
        if sent_before:
            sent_before.check_access("write")
            # As in write.
            sent_before.sudo()._start_followup()
        return message

    @api.model
    def _next_cycle(self, cycle):
        # What a person decided about the last sending does not hold for the next.
        return {
            "followup_sent_at": fields.Datetime.now(),
            "followup_cycle": cycle + 1,
            "followup_paused": False,
            "followup_resume_on": False,
        }

    def _start_followup(self):
        for cycle, orders in self.grouped("followup_cycle").items():
            orders._write_decided(self._next_cycle(cycle))

    def action_followup_pause(self):
        # A pause that is over has left its day.
        self.write({"followup_paused": True, "followup_resume_on": False})

    def action_followup_resume(self):
        self.write({"followup_paused": False, "followup_resume_on": False})

    def action_followup_restart(self):
        """Follow up from today on, as if the quotation had just been sent."""
        self.filtered(lambda order: order.state == "sent")._start_followup()

    def action_followup_skip(self):
        """Leave out the next step."""
        self.check_access("write")
        for order in self.filtered("followup_step_id"):
            order._log_followup(order.followup_step_id, "skipped", order.followup_date)
        self.invalidate_recordset(list(COLUMNS))

    def action_followup_write(self):
        """Open the composer with a mail to the customer."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Write to %(customer)s", customer=self.partner_id.name),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_composition_mode": "comment",
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_partner_ids": self.partner_id.ids,
                "default_subject": self.env._(
                    "Quotation %(name)s from %(company)s", name=self.name, company=self.company_id.name
                ),
            },
        }

    def action_view_followup_log(self):
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("sales_tracking.sales_quotation_cadence_log_action")
        return {**action, "domain": [("order_id", "=", self.id)], "context": {}}
