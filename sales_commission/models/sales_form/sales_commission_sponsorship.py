from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

END_OF_TIME = fields.Date.to_date("9999-12-31")


class SalesCommissionSponsorship(models.Model):
    """Who brought a seller into the network, and from when to when that counts.

    Overrides of a plan that follows the sellers' network are paid to the sponsors above a seller, level by level. A
    seller has one sponsor on a day, and nobody stands above themselves.
    """

    _name = "sales.commission.sponsorship"
    _description = "Sponsor of a Seller"
    _inherit = ["sales.guarded.mixin"]
    _order = "partner_id, date_from desc, id desc"
    _rec_name = "partner_id"
    _check_company_auto = True

    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Seller", required=True, ondelete="restrict", index=True, check_company=True
    )
    sponsor_id = fields.Many2one(
        comodel_name="res.partner", required=True, ondelete="restrict", index=True, check_company=True
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, index=True, default=lambda self: self.env.company
    )
    date_from = fields.Date(string="From", required=True, default=lambda self: self._default_date_from())
    date_to = fields.Date(string="To", help="The last day. Empty: for good.")
    depth = fields.Integer(compute="_compute_depth", help="How many sponsors stand above the seller today.")

    _dates_in_order = models.Constraint("CHECK (date_to >= date_from)", "The last day is before the first.")
    _not_oneself = models.Constraint("CHECK (partner_id <> sponsor_id)", "Nobody sponsors themselves.")

    @api.model
    def _default_date_from(self):
        return self.env.company._sales_today().replace(day=1)

    @api.depends("partner_id", "sponsor_id", "company_id", "date_from", "date_to")
    def _compute_depth(self):
        for company, sponsorships in self.grouped("company_id").items():
            today = company._sales_today()
            links = self.search(
                Domain("company_id", "=", company.id)
                & Domain("date_from", "<=", today)
                & (Domain("date_to", "=", False) | Domain("date_to", ">=", today))
            )
            above = {link.partner_id: link.sponsor_id for link in links}
            for sponsorship in sponsorships:
                line = [sponsorship.partner_id]
                while (sponsor := above.get(line[-1])) and sponsor not in line:
                    line.append(sponsor)
                sponsorship.depth = len(line) - 1

    @api.constrains("partner_id", "company_id", "date_from", "date_to")
    def _check_one_sponsor(self):
        for sponsorship in self:
            same = Domain("partner_id", "=", sponsorship.partner_id.id) & Domain("id", "!=", sponsorship.id)
            if other := self.search(sponsorship._same_days() & same, limit=1):
                raise ValidationError(
                    self.env._(
                        "%(seller)s has %(sponsor)s as sponsor from %(date_from)s. End that before the next begins.",
                        seller=sponsorship.partner_id.display_name,
                        sponsor=other.sponsor_id.display_name,
                        date_from=format_date(self.env, other.date_from),
                    )
                )

    @api.constrains("partner_id", "sponsor_id", "company_id", "date_from", "date_to")
    def _check_line(self):
        """Nobody stands above themselves, neither directly nor through others, on any day."""
        for sponsorship in self:
            if sponsorship.partner_id in sponsorship._line_upwards():
                raise ValidationError(
                    self.env._(
                        "%(sponsor)s can't sponsor %(seller)s, who stands above %(sponsor)s in the network.",
                        sponsor=sponsorship.sponsor_id.display_name,
                        seller=sponsorship.partner_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        sponsorships = super().create(vals_list)
        sponsorships._check_not_own()
        return sponsorships

    def write(self, vals):
        self._check_not_own()
        result = super().write(vals)
        self._check_not_own()
        return result

    def unlink(self):
        self._check_not_own()
        return super().unlink()

    def _check_not_own(self):
        """Nobody decides what pays oneself."""
        if self.env.su:
            return
        own = self.env.user.partner_id | self.env.user.commercial_partner_id
        for sponsorship in self:
            if (sponsorship.sponsor_id | sponsorship.sponsor_id.commercial_partner_id) & own:
                raise UserError(
                    self.env._(
                        "You can't enter, change or remove yourself as the sponsor of %(seller)s: nobody decides what "
                        "pays oneself. Ask another sales administrator.",
                        seller=sponsorship.partner_id.display_name,
                    )
                )

    def _line_upwards(self):
        """The sponsor, and whoever stands above during some of the days."""
        self.ensure_one()
        links = self.search(self._same_days())
        reached = seen = [(self.sponsor_id, self.date_from, self.date_to or END_OF_TIME)]
        while reached:
            above = [
                (link.sponsor_id, max(link.date_from, first), min(link.date_to or END_OF_TIME, last))
                for partner, first, last in reached
                for link in links
                if link.partner_id == partner and link.date_from <= last and (link.date_to or END_OF_TIME) >= first
            ]
            reached = [step for step in dict.fromkeys(above) if step not in seen]
            seen = seen + reached
        return self.env["res.partner"].union(*(partner for partner, _first, _last in seen))

    def _same_days(self) -> Domain:
        """Sponsorships of the company that share a day with this one."""
        return (
            Domain("company_id", "=", self.company_id.id)
            & Domain("date_from", "<=", self.date_to or END_OF_TIME)
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", self.date_from))
        )
