from psycopg2 import Error

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.safe_eval import datetime, dateutil, safe_eval

FIGURES = {"member_count": 0, "customer_count": 0, "order_count": 0, "sales": 0, "conversion": 0}


class SalesAudience(models.Model):
    """A target audience: a saved filter on contacts, with what it holds and what it buys at this moment.

    The filter and all figures are evaluated under the rights of the reader: contacts that he or she may not see are
    no members, orders that he or she may not see are no sales. A filter that reaches a field which the reader may not
    read is refused. The definitions:

    - members: contacts that match the filter, of the company or of none
    - customers: members whose commercial partner has a confirmed order in the company
    - orders, sales: the confirmed orders of the members' commercial partners, each once, with their untaxed revenue
      in the company's currency at the order's own rate
    - conversion: customers ÷ members
    """

    _name = "sales.audience"
    _description = "Audience"
    _inherit = ["sales.guarded.mixin"]
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    description = fields.Text(translate=True)
    color = fields.Integer()
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, default=lambda self: self.env.company, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    domain = fields.Char(
        string="Filter", required=True, default="[]", help="The contacts that match this filter are the members."
    )
    error = fields.Char(
        string="Filter Error",
        compute="_compute_figures",
        help="Why the filter can't be evaluated for you; the figures are blank.",
    )
    member_count = fields.Integer(string="Members", compute="_compute_figures", help="Contacts that match the filter.")
    customer_count = fields.Integer(
        string="Customers",
        compute="_compute_figures",
        help="Members who, or whose company, have a confirmed order.",
    )
    order_count = fields.Integer(
        string="Orders", compute="_compute_figures", help="Confirmed orders of the members or their companies."
    )
    sales = fields.Monetary(
        compute="_compute_figures", help="Untaxed revenue of these orders, in the company's currency."
    )
    conversion = fields.Float(compute="_compute_figures", help="Customers ÷ members, for what you may see.")

    @api.constrains("domain")
    def _check_domain(self):
        for audience in self:
            try:
                with self.env.cr.savepoint(flush=False):
                    audience._members()
            except (UserError, Error) as error:
                raise ValidationError(str(error)) from error

    @api.depends("domain", "company_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_figures(self):
        usable = self.browse()
        for audience in self:
            audience.update({**FIGURES, "error": False})
            try:
                audience._member_domain()
            except UserError as error:
                audience.error = str(error)
            else:
                usable += audience
        if usable:
            for audience, figures in zip(usable, usable._figures(), strict=True):
                audience.update(figures)

    def action_view_members(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "res.partner",
            "view_mode": "list,kanban,form",
            "domain": list(self._member_domain()),
        }

    def action_view_sales(self):
        self.ensure_one()
        partners = self.env["res.partner"]
        [[customers]] = partners._read_group(
            self._member_domain(), aggregates=["commercial_partner_id:array_agg_distinct"]
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Sales: %(audience)s", audience=self.name),
            "res_model": "sale.order",
            "view_mode": "list,kanban,pivot,graph,form",
            "domain": [*self._order_domain(), ("partner_id.commercial_partner_id", "in", customers)],
        }

    def _members(self):
        """The contacts of the audience that the reader may see.

        :raise UserError: if the filter is no filter, or reaches what the reader may not read
        """
        return self.env(su=False)["res.partner"].search(self._member_domain())

    def _member_domain(self) -> Domain:
        """The filter and the company's own limit, checked.

        :raise UserError: as _members
        """
        self.ensure_one()
        partners = self.env(su=False)["res.partner"]
        try:
            domain = Domain(safe_eval(self.domain or "[]", self._names_in_filters()))
            self._check_readable(partners, domain)
            domain.validate(partners)
        except AccessError as error:
            reason = str(error)
        except (ValueError, SyntaxError, TypeError, KeyError, AttributeError, NameError) as error:
            reason = str(error.__cause__ or error)
        else:
            return domain & Domain("company_id", "in", [False, self.company_id.id])
        raise UserError(
            self.env._(
                'The filter of the audience "%(audience)s" can\'t be used: %(reason)s Correct it in the audience.',
                audience=self.name,
                reason=reason if reason.endswith(".") else f"{reason}.",
            )
        )

    def _names_in_filters(self):
        """What a filter may use besides its values: as the filters of the web client do."""
        today = self.company_id._sales_today()
        return {
            "uid": self.env.uid,
            "context_today": lambda: today,
            "datetime": datetime,
            "relativedelta": dateutil.relativedelta.relativedelta,
        }

    def _check_readable(self, model, domain: Domain):
        """Every field on the way of every condition, which the search itself does not check where it is computed.

        :raise AccessError: at the first field or model that the reader may not read
        """
        for condition in domain.iter_conditions():
            reached = model
            for name in condition.field_expr.split("."):
                field = reached._fields.get(name)
                if field is None:
                    break  # the search says so, or it is the name of a property
                reached._check_field_access(field, "read")
                if not field.relational:
                    break
                reached = reached.env[field.comodel_name]
                reached.check_access("read")
            if condition.operator in ("any", "not any"):
                self._check_readable(reached, Domain(condition.value))

    def _order_domain(self):
        return [("state", "=", "sale"), ("company_id", "in", self.company_id.ids)]

    def _figures(self):
        """The figures of each audience, all with valid filters, in one statement.

        :rtype: list[dict]
        """
        env = self.env(su=False)
        partners, orders = env["res.partner"], env["sale.order"]
        members = []
        for number, audience in enumerate(self):
            query = partners._search(audience._member_domain())
            members.append(
                SQL(
                    "SELECT %s AS number, %s AS company_id, customer_id, COUNT(*) AS members FROM %s member"
                    " GROUP BY customer_id",
                    number,
                    audience.company_id.id,
                    query.subselect(
                        SQL("%s AS customer_id", partners._field_to_sql(query.table, "commercial_partner_id", query))
                    ),
                )
            )
        query = orders._search(self._order_domain())
        columns = ["company_id", "partner_id", "amount_untaxed", "currency_rate"]
        bought = query.subselect(*(SQL("%s AS %s", orders._field_to_sql(query.table, name, query), SQL.identifier(name))
                                   for name in columns))  # fmt: skip
        rows = env.execute_query_dict(
            SQL(
                """
                WITH member AS (%(members)s),
                bought AS (
                    SELECT
                        sale.company_id, partner.commercial_partner_id AS customer_id,
                        COUNT(*) AS orders,
                        SUM(sale.amount_untaxed / COALESCE(NULLIF(sale.currency_rate, 0), 1)::numeric) AS sales
                    FROM %(bought)s sale
                    JOIN res_partner partner ON partner.id = sale.partner_id
                    GROUP BY sale.company_id, partner.commercial_partner_id
                )
                SELECT
                    member.number,
                    SUM(member.members)::int AS member_count,
                    COALESCE(SUM(member.members) FILTER (WHERE bought.orders > 0), 0)::int AS customer_count,
                    COALESCE(SUM(bought.orders), 0)::int AS order_count,
                    COALESCE(SUM(bought.sales), 0) AS sales
                FROM member
                LEFT JOIN bought USING (company_id, customer_id)
                GROUP BY member.number""",
                members=SQL(" UNION ALL ").join(members),
                bought=bought,
            )
        )
        figures = [dict(FIGURES) for _audience in self]
        for row in rows:
            conversion = row["customer_count"] / row["member_count"]
            figures[row.pop("number")].update(row, conversion=conversion)
        return figures
