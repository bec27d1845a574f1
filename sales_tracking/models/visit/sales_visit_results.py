from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...tools.visit_orders import orders_of_visits


class SalesVisit(models.Model):
    """What comes out of a visit: an interaction on record, orders, and the next thing to do."""

    _inherit = "sales.visit"

    next_action_type_id = fields.Many2one(
        comodel_name="mail.activity.type",
        string="Next Action",
        domain="[('res_model', 'in', (False, 'crm.lead'))]",
        ondelete="set null",
        copy=False,
        help="Scheduled on the lead, or else on the customer, when the visit is closed.",
    )
    next_action_summary = fields.Char(copy=False)
    next_action_date = fields.Date(string="Due", copy=False)
    order_ids = fields.Many2many(
        comodel_name="sale.order",
        string="Orders Made",
        compute="_compute_order_ids",
        help="The customer's orders with the salesperson whose date is in the visit or on the rest of its day.",
    )
    order_count = fields.Integer(string="Number of Orders", compute="_compute_order_ids")

    @api.depends("check_in_time", "check_out_time", "commercial_partner_id", "user_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_order_ids(self):
        orders = self._orders_by_visit()
        for visit in self:
            visit.order_ids = orders.get(visit._origin.id)
            visit.order_count = len(visit.order_ids)

    def _orders_by_visit(self):
        """The orders made during each visit or later on its day; after two visits to a customer, at the later one.

        The date of a quotation is when it was made, that of an order when it was confirmed. So an order is of one
        visit at the most, and counts on the day on which it counts in sales.achievement.

        :return: sale.order records that the user may read, by visit id
        """
        if not self.ids:
            return {}
        self.flush_model(["check_in_time", "check_out_time", "commercial_partner_id", "company_id", "user_id"])
        self.env["sale.order"].flush_model(["company_id", "date_order", "partner_id", "state", "user_id"])
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        self.env["res.company"].flush_model(["sales_tz"])
        of_these = SQL("visit.id IN %s AND sale.state != 'cancel'", tuple(self.ids))
        made = orders_of_visits(of_these)
        rows = self.env.execute_query(
            SQL("SELECT visit_id, order_id FROM %s made ORDER BY visit_id, date_order, order_id", made)
        )
        readable = self.env["sale.order"].browse({order_id for _visit_id, order_id in rows})._filtered_access("read")
        orders = {}
        for visit_id, order_id in rows:
            if order_id in readable._ids:
                orders[visit_id] = orders.get(visit_id, readable.browse()) | readable.browse(order_id)
        return orders

    def action_new_quotation(self):
        """Open a new quotation for the customer."""
        self.ensure_one()
        if not self.partner_id:
            raise UserError(self.env._("Choose the customer of the visit first, then make the quotation."))
        lead = self.lead_id
        touched = [name for name in ("campaign_id", "medium_id", "source_id") if lead[name]]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Quotation"),
            "res_model": "sale.order",
            "view_mode": "form",
            "context": {
                "default_partner_id": self.partner_id.id,
                "default_user_id": self.user_id.id,
                "default_team_id": self.team_id.id,
                "default_company_id": self.company_id.id,
                "default_opportunity_id": lead.id,
                "default_visit_id": self.id,
                **{f"default_{name}": lead[name].id for name in touched},
            },
        }

    def action_view_orders(self):
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("sale.action_quotations_with_onboarding")
        return {**action, "domain": [("id", "in", self.order_ids.ids)], "context": {"create": False}}

    def _source_keys(self):
        return [f"sales.visit,{visit_id}" for visit_id in self.ids]

    def _log_interaction(self):
        """A visit that took place is an interaction, once."""
        # As superuser: the visit was the person's to make, whoever owns its lead by now.
        self.env["sales.interaction"].sudo().create(
            [
                {
                    "kind": "visit",
                    "direction": "out",
                    "source_key": source_key,
                    "res_model": "sales.visit",
                    "res_id": visit.id,
                    "date": visit.check_in_time or min(visit.date_start, fields.Datetime.now()),
                    "duration": round((visit.duration or 0) * 3600),
                    "user_id": visit.user_id.id,
                    "team_id": visit.team_id.id,
                    "company_id": visit.company_id.id,
                    "partner_id": visit.partner_id.id,
                    **visit._logged_values(),
                }
                for visit, source_key in zip(self, self._source_keys(), strict=True)
            ]
        )

    def _logged_values(self):
        return {
            "lead_id": self.lead_id.id,
            "order_id": self.order_id.id,
            "outcome_id": self.outcome_id.id,
            "note": self.note,
        }

    def _update_interaction(self):
        """What is written down after the visit is what its interaction tells."""
        done = self.filtered(lambda visit: visit.state == "done")
        # As superuser: see _log_interaction.
        interactions = (
            self.env["sales.interaction"]
            .sudo()
            .search([("company_id", "in", done.company_id.ids), ("source_key", "in", done._source_keys())])
        )
        by_key = interactions.grouped("source_key")
        for visit, source_key in zip(done, done._source_keys(), strict=True):
            for interaction in by_key.get(source_key, interactions.browse()):
                values = visit._logged_values()
                logged = interaction._convert_to_write({name: interaction[name] for name in values})
                # To write a lead or outcome again would compute anew what was corrected by hand since.
                changed = {name: value for name, value in values.items() if value != logged[name]}
                if changed:
                    interaction.write(changed)

    def _schedule_next_action(self):
        for visit in self.filtered("next_action_type_id"):
            # As superuser: an activity of one's own on the document of the visit, see _log_interaction.
            document = (visit.lead_id or visit.partner_id).sudo()
            document.activity_schedule(
                activity_type_id=visit.next_action_type_id.id,
                summary=visit.next_action_summary,
                date_deadline=visit.next_action_date or visit.company_id._sales_today(),
                user_id=visit.user_id.id,
            )
