from dataclasses import dataclass

from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.jobs import attempt


@dataclass(frozen=True)
class Work:
    """A kind of work: the records that name a person, and are still to come.

    :param model: the model of the records
    :param field: the field that names the person
    :param domain: which of them are still to come
    :param is_setting: whether a sales administrator alone hands it over
    """

    model: str
    field: str = "user_id"
    domain: Domain = Domain.TRUE
    is_setting: bool = False


class SalesHandoverLine(models.Model):
    """One kind of work of a handover: how much of it there is, who gets it, and afterwards what they got."""

    _name = "sales.handover.line"
    _description = "Work of a Handover"
    _inherit = ["sales.guarded.mixin"]
    _order = "handover_id, id"
    _rec_name = "kind"

    handover_id = fields.Many2one(
        comodel_name="sales.handover", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="handover_id.company_id", store=True, precompute=True)
    team_id = fields.Many2one(related="handover_id.team_id", store=True, precompute=True)
    state = fields.Selection(related="handover_id.state")
    kind = fields.Selection(
        selection=[
            ("lead", "Leads and Opportunities"),
            ("quotation", "Open Quotations"),
            ("customer", "Customers"),
            ("visit", "Planned Visits"),
            ("activity", "Activities"),
            ("payment_followup", "Payment Follow-Up of Customers"),
            ("promise", "Open Promises of Payment"),
            ("dispute", "Open Disputes"),
            ("team", "Sales Teams Led"),
            ("collector", "Collector of the Company"),
            ("payment_level", "Payment Follow-Up Levels"),
            ("quotation_step", "Quotation Follow-Up Steps"),
            ("margin_floor", "Margin Floors to Approve"),
        ],
        string="Work",
        required=True,
        readonly=True,
    )
    is_included = fields.Boolean(string="Hand Over", default=True)
    successor_id = fields.Many2one(
        comodel_name="res.users",
        string="Another Successor",
        ondelete="restrict",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Who gets this kind of work instead of the successor of the rest.",
    )
    count = fields.Integer(string="Records", compute="_compute_count", help="What is open now, or was handed over.")
    given_ids = fields.Json(readonly=True, copy=False, help="The ids of the records that were handed over.")
    given_to_id = fields.Many2one(comodel_name="res.users", readonly=True, copy=False)
    failure = fields.Text(string="Stays", readonly=True, copy=False, help="What could not be handed over, and why.")

    _kind_once = models.UniqueIndex("(handover_id, kind)")

    @api.model
    def _kinds(self):
        """The kinds of work by their code.

        :rtype: dict[str, Work]
        """
        open_quotations = Domain("state", "in", ("draft", "sent"))
        return {
            "lead": Work("crm.lead", domain=Domain("won_status", "=", "pending")),
            "quotation": Work("sale.order", domain=open_quotations),
            "customer": Work("res.partner"),
            "visit": Work("sales.visit", domain=Domain("state", "=", "planned")),
            "activity": Work("mail.activity", domain=Domain("res_model", "in", self._models_of_activities())),
            "payment_followup": Work("sales.dunning.account"),
            "promise": Work("sales.promise", domain=Domain("state", "=", "open")),
            "dispute": Work("sales.dispute", domain=Domain("state", "in", ("open", "accepted"))),
            "team": Work("crm.team", is_setting=True),
            "collector": Work("res.company", "dunning_user_id", is_setting=True),
            "payment_level": Work("sales.dunning.level", "activity_user_id", is_setting=True),
            "quotation_step": Work("sales.quotation.cadence.step", is_setting=True),
            "margin_floor": Work("sales.margin.rule", "approver_id", is_setting=True),
        }

    @api.model
    def _models_of_activities(self):
        """The models of sales work, whose activities a successor can take over."""
        suite = {name for name in self.env.registry if name.startswith("sales.")}
        return tuple(sorted({"account.move", "crm.lead", "res.partner", "sale.order"} | suite - {"sales.handover"}))

    @api.constrains("successor_id")
    def _check_successor(self):
        for line in self:
            line.handover_id._check_successor(line.successor_id)

    @api.depends("kind", "given_ids", "handover_id.state", "handover_id.leaver_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_count(self):
        for line in self:
            is_open = line.state == "draft" and line.handover_id and line.kind
            line.count = len(line._records()) if is_open else len(line.given_ids or ())

    @api.depends("kind")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line._kind_label()

    def _kind_label(self):
        return dict(self._fields["kind"]._description_selection(self.env)).get(self.kind)

    def _check_draft(self):
        self.handover_id._check_draft()

    def write(self, vals):
        if not self._is_deciding():
            self._check_draft()
        result = super().write(vals)
        if "successor_id" in vals:
            for line in self:
                line.handover_id._check_right(line.successor_id)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        self._check_draft()

    def _may_give(self):
        return self.handover_id._is_administrator() or not self._kinds()[self.kind].is_setting

    def _successor(self):
        return self.successor_id or self.handover_id.successor_id

    def _records(self):
        """What is open of this kind, as far as the user may see it, oldest first."""
        work = self._kinds()[self.kind]
        companies = self.env["res.company"].sudo().search([("id", "child_of", self.company_id.id)])
        records = self.env[work.model]
        domain = Domain(work.field, "=", self.handover_id.leaver_id.id) & work.domain
        if work.model == "res.company":
            domain &= Domain("id", "in", companies.ids)
        elif "company_id" in records._fields:
            domain &= Domain("company_id", "in", [False, *companies.ids])
        found = records.search(domain, order="id")
        return self._activities_in(found, companies) if work.model == "mail.activity" else found

    @api.model
    def _activities_in(self, activities, companies):
        """Those on records of the companies; an activity itself belongs to none."""
        found = activities.browse()
        for model, of_model in activities.grouped("res_model").items():
            records = self.env[model].sudo().browse(of_model.mapped("res_id")).exists()
            if "company_id" in records._fields:
                records = records.filtered(lambda record: not record.company_id or record.company_id in companies)
            found |= of_model.filtered(lambda activity, ids=set(records.ids): activity.res_id in ids)
        return found.sorted("id")

    def _hand_over(self):
        """Give the records to the successor, each by itself: one that can't be given holds up no other."""
        work = self._kinds()[self.kind]
        successor = self._successor()
        given, failures = [], []
        for record in self._records():
            # As superuser: a lead hands over more than a salesperson may change. The log has the own name.
            quiet = record.sudo().with_context(mail_auto_subscribe_no_notify=True, mail_activity_quick_update=True)

            def give(record=quiet):
                vals = {work.field: successor.id}
                record._write_decided(vals) if hasattr(record, "_write_decided") else record.write(vals)
                record.env.flush_all()
                return True

            def failed(error, record=quiet):
                failures.append(f"{record.display_name}: {error}")

            if attempt(quiet, give, failed):
                given.append(record.id)
        self._write_decided({"given_ids": given, "given_to_id": successor.id, "failure": "\n".join(failures) or False})

    def _leave(self):
        is_left = self.is_included and self.count
        self._write_decided(
            {
                "is_included": False,
                "given_ids": [],
                "failure": is_left and self.env._("A sales administrator hands this over."),
            }
        )

    def action_open_records(self):
        """Open what is to be handed over, or was."""
        self.ensure_one()
        work = self._kinds()[self.kind]
        ids = self._records().ids if self.state == "draft" else self.given_ids or []
        return {
            "type": "ir.actions.act_window",
            "name": self._kind_label(),
            "res_model": work.model,
            "view_mode": "list,form",
            "domain": [("id", "in", ids)],
            "context": {"active_test": False},
        }
