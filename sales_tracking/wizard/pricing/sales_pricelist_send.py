from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...tools.arguments import selected_records


class SalesPricelistSend(models.TransientModel):
    """Mail price lists to people: each gets those of the chosen lists that are his or hers, in the own language."""

    _name = "sales.pricelist.send"
    _description = "Send Price Lists"
    _inherit = ["sales.onchange.mixin", "sales.text.limit.mixin"]
    _check_company_auto = True

    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    pricelist_ids = fields.Many2many(
        comodel_name="product.pricelist", string="Price Lists", required=True, check_company=True
    )
    partner_ids = fields.Many2many(comodel_name="res.partner", string="Recipients", required=True)
    lead_id = fields.Many2one(comodel_name="crm.lead", readonly=True)
    order_id = fields.Many2one(comodel_name="sale.order", string="Quotation", readonly=True)
    date = fields.Date(string="Prices on", required=True, default=lambda self: self.env.company._sales_today())
    valid_until = fields.Date(help="Printed on the list. Empty: nothing is promised.")
    categ_ids = fields.Many2many(
        comodel_name="product.category",
        string="Categories",
        help="With their sub-categories. Empty: all saleable products.",
    )
    favorites_only = fields.Boolean(help="Only the products marked with a star.")
    with_pdf = fields.Boolean(string="PDF", default=True)
    with_xlsx = fields.Boolean(string="XLSX", default=True)
    note = fields.Text(string="Message", help="Stands in the mail above the lists.")
    preview = fields.Html(compute="_compute_preview", sanitize=False)

    @api.model
    def default_get(self, fields):  # pylint: disable=redefined-outer-name # core's name
        """What was selected: price lists, contacts, leads or a quotation."""
        values = super().default_get(fields)
        selected = self._selected()
        partners = selected if selected._name == "res.partner" else self.env["res.partner"]
        pricelists = selected if selected._name == "product.pricelist" else self.env["product.pricelist"]
        if selected._name in ("crm.lead", "sale.order"):
            partners = selected.partner_id
            if len(selected) == 1:
                values["lead_id" if selected._name == "crm.lead" else "order_id"] = selected.id
        if selected._name == "sale.order":
            pricelists = selected.pricelist_id
        pricelists = pricelists or partners.with_company(self.env.company).property_product_pricelist
        values.setdefault("partner_ids", [Command.set(partners.ids)])
        values.setdefault("pricelist_ids", [Command.set(pricelists.ids)])
        return values

    @api.model
    def _selected(self):
        model = self.env.context.get("active_model")
        if model not in ("res.partner", "product.pricelist", "crm.lead", "sale.order"):
            return self.browse()
        return selected_records(self.env[model])

    @api.depends("pricelist_ids", "partner_ids", "order_id", "company_id")
    def _compute_preview(self):
        for wizard in self:
            wizard.preview = self.env["ir.qweb"]._render(
                "sales_tracking.pricelist_send_preview", {"recipients": wizard._plan()}
            )

    def action_send(self):
        """Mail the lists; those who get nothing are listed with the reason.

        :return: the action that shows what became of each recipient
        :raise UserError: when nobody can be mailed
        """
        self.ensure_one()
        for records in (self.pricelist_ids, self.partner_ids, self.lead_id, self.order_id):
            records.check_access("read")
        if not (self.with_pdf or self.with_xlsx):
            raise UserError(self.env._("Nothing would be attached. Choose PDF, XLSX or both."))
        plan = self._plan()
        if all(each["reason"] for each in plan):
            reasons = [f"{each['partner'].display_name}: {each['reason']}" for each in plan]
            raise UserError("\n".join([self.env._("Nobody can be sent a price list."), *reasons]))
        sending = self._create_sending(plan)
        sending._start()
        return {
            "type": "ir.actions.act_window",
            "res_model": sending._name,
            "res_id": sending.id,
            "views": [(False, "form")],
            "name": self.env._("Sent Price Lists"),
        }

    def _create_sending(self, plan):
        document = self.order_id or self.lead_id
        # Nobody writes these rows by hand; what they name was checked above.
        sending = self.env["sales.pricelist.sending"].sudo().create(
            {
                "user_id": self.env.uid,
                "team_id": (document.team_id or self.env.user._sale_team_in(self.company_id)).id,
                "company_id": self.company_id.id,
                "date": self.date,
                "valid_until": self.valid_until,
                "pricelist_ids": [Command.set(self.pricelist_ids.ids)],
                "categ_ids": [Command.set(self.categ_ids.ids)],
                "favorites_only": self.favorites_only,
                "with_pdf": self.with_pdf,
                "with_xlsx": self.with_xlsx,
                "note": self.note,
                "lead_id": self.lead_id.id,
                "order_id": self.order_id.id,
                "recipient_ids": [
                    Command.create(
                        {
                            "partner_id": each["partner"].id,
                            "email": each["email"],
                            "lang": each["lang"],
                            "pricelist_ids": [Command.set(each["pricelists"].ids)],
                            "state": "skipped" if each["reason"] else "waiting",
                            "reason": each["reason"],
                        }
                    )
                    for each in plan
                ],
            }
        )  # fmt: skip
        return sending.sudo(False)

    def _plan(self):
        """Who gets what, in the order of the recipients.

        :return: list of dicts: ``partner``, ``email``, ``lang``, ``pricelists`` and ``reason`` (why not, or False)
        """
        self.ensure_one()
        partners = self.partner_ids._origin.with_company(self.company_id)
        installed = dict(self.env["res.lang"].get_installed())
        plan, mailed = [], {}
        for partner in partners:
            pricelists = self._pricelists_of(partner)
            email = partner.email_normalized
            reason = self._reason_against(partner, pricelists, mailed.get(email))
            if not reason:
                mailed[email] = mailed.get(email, pricelists) | pricelists
            plan.append(
                {
                    "partner": partner,
                    "email": email,
                    "lang": next(
                        (lang for lang in (partner.lang, self.company_id.partner_id.lang) if lang in installed), "en_US"
                    ),
                    "pricelists": pricelists,
                    "reason": reason,
                }
            )
        return plan

    def _pricelists_of(self, partner):
        """Those of the chosen lists that are the partner's: its own one (as on a new quotation), the quotation's, and
        those for its country.

        A list without countries that is nobody's own, such as the one for wholesale, goes to those alone who have it.
        """
        own = partner.property_product_pricelist
        if partner == self.order_id.partner_id:
            own |= self.order_id.pricelist_id
        return self.pricelist_ids._origin.filtered(
            lambda pricelist: (
                pricelist.active
                and pricelist.company_id in (self.company_id, self.env["res.company"])
                and (pricelist in own or partner.country_id in pricelist.country_group_ids.country_ids)
            )
        )

    def _reason_against(self, partner, pricelists, already_mailed):
        if not partner.email:
            return self.env._("There is no e-mail address. Add one to the contact.")
        if not partner.email_normalized:
            return self.env._('"%(email)s" is not an e-mail address. Correct the contact.', email=partner.email)
        if partner.is_blacklisted:
            return self.env._("The address is blacklisted: the person does not want our mails.")
        if not pricelists:
            return self.env._(
                "None of these lists is for this contact. Give it a price list of its own, or the list a country."
            )
        if already_mailed and not pricelists - already_mailed:
            return self.env._("Another recipient with the same address gets these lists.")
        return False
