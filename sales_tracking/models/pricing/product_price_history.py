from datetime import datetime

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

from ...fields import BlankFloat
from ...tools.bulk import bulk_insert
from .price_state import change_rate, event_between

_lt = LazyTranslate(__name__)

PENDING = "sales_tracking.price_history"
OWNERS = ("pricelist_id", "product_id", "product_tmpl_id", "categ_id")
# What the history takes over from the state of a price as it is.
KEPT = (
    *OWNERS, "kind", "subject", "company_id", "currency_id", "pricelist_name", "rule_id", "min_quantity", "date_start",
    "date_end", "is_percentage",
)  # fmt: skip


class ProductPriceHistory(models.Model):
    """One change of a price: of a price list's rule, of a sales price or of a cost. Append-only.

    The models whose prices are watched (product.price.mixin) tell of a change before it happens; at the end of the
    transaction the state before is compared with the state then, and one statement records what differs. So several
    writes in one transaction are one change, and a price that comes back to what it was is none.
    """

    _name = "product.price.history"
    _description = "Price History"
    _inherit = ["sales.append.only.mixin", "sales.guarded.mixin"]
    _order = "date desc, id desc"
    _rec_name = "subject"
    _log_access = False

    _creatable = False
    _refusal = _lt("The price history records itself and can't be changed. Change the price instead.")

    date = fields.Datetime(required=True, readonly=True, index=True)
    user_id = fields.Many2one(comodel_name="res.users", string="Changed by", readonly=True, ondelete="set null")
    kind = fields.Selection(
        selection=[
            ("rule", "Price Rule"),
            ("list_price", "Sales Price"),
            ("price_extra", "Variant Extra"),
            ("cost", "Cost"),
        ],
        required=True,
        readonly=True,
    )
    event = fields.Selection(
        selection=[
            ("created", "Created"),
            ("changed", "Changed"),
            ("deleted", "Deleted"),
            ("archived", "Archived"),
            ("restored", "Restored"),
        ],
        required=True,
        readonly=True,
    )
    subject = fields.Char(
        string="Applies to", readonly=True, help="The product or category, as it was called at the time."
    )
    company_id = fields.Many2one(
        comodel_name="res.company", readonly=True, ondelete="cascade", help="Empty: the price is shared by companies."
    )
    currency_id = fields.Many2one(comodel_name="res.currency", readonly=True, ondelete="restrict")
    pricelist_id = fields.Many2one(
        comodel_name="product.pricelist", readonly=True, ondelete="set null", index="btree_not_null"
    )
    pricelist_name = fields.Char(readonly=True, help="The name that the price list had at the time.")
    rule_id = fields.Integer(
        string="Rule ID", readonly=True, aggregator=None, help="The rule, which may be deleted since."
    )
    product_id = fields.Many2one(
        comodel_name="product.product", string="Variant", readonly=True, ondelete="set null", index="btree_not_null"
    )
    product_tmpl_id = fields.Many2one(
        comodel_name="product.template", string="Product", readonly=True, ondelete="set null", index="btree_not_null"
    )
    categ_id = fields.Many2one(
        comodel_name="product.category", readonly=True, ondelete="set null", index="btree_not_null"
    )
    min_quantity = BlankFloat(digits="Product Unit", readonly=True, aggregator=None)
    date_start = fields.Datetime(readonly=True)
    date_end = fields.Datetime(readonly=True)
    is_percentage = fields.Boolean(readonly=True, help="The values are percentages off, not prices.")
    old_value = BlankFloat(min_display_digits="Product Price", readonly=True, aggregator="avg")
    new_value = BlankFloat(min_display_digits="Product Price", readonly=True, aggregator="avg")
    change_rate = BlankFloat(
        string="Change", readonly=True, aggregator="avg", help="By which part of the old price the new one is higher."
    )
    old_label = fields.Char(string="Before", readonly=True)
    new_label = fields.Char(string="After", readonly=True)

    _cost_idx = models.Index("(product_id, company_id, date) WHERE kind = 'cost'")

    @api.model
    def _watch(self, records, is_new=False):
        """Remember how the prices of the records are now, before they change.

        :param records: of a model with product.price.mixin
        :param bool is_new: they have just been created
        """
        pending = self.env.cr.precommit.data.get(PENDING)
        if pending is None:
            pending = self.env.cr.precommit.data[PENDING] = {}
            self.env.cr.precommit.add(self._record)
        # The history is kept whoever changes the price, also a cost that he or she may not see.
        records = records.sudo()
        company_id = records.env.company.id if records._price_per_company else None
        fresh = records.browse(
            record_id for record_id in records.ids if (records._name, company_id, record_id) not in pending
        )
        states = {} if is_new else fresh._price_states()
        for record_id in fresh.ids:
            pending[records._name, company_id, record_id] = (states.get(record_id), self.env.uid)

    @api.model
    def _record(self):
        """Record what differs from the states that were remembered: one statement, and none where nothing changed."""
        pending = self.env.cr.precommit.data.pop(PENDING, {})
        groups = {}
        for model, company_id, record_id in pending:
            groups.setdefault((model, company_id), []).append(record_id)
        # With microseconds: an invoice may be posted in the same second.
        now = datetime.now()
        rows = []
        for (model, company_id), record_ids in groups.items():
            records = self.env[model].sudo().browse(record_ids)
            if company_id:
                records = records.with_company(company_id)
            states = records.exists()._price_states()
            for record_id in record_ids:
                old, uid = pending[model, company_id, record_id]
                new = states.get(record_id)
                if event := event_between(old, new):
                    rows.append({"date": now, "user_id": uid, "event": event, **self._values(old, new)})
        self._drop_dangling([row for row in rows if row["event"] == "deleted"])
        bulk_insert(self.sudo(), rows)

    @api.model
    def _values(self, old, new):
        values = vars(new or old)
        return {
            **{name: values[name] for name in KEPT},
            "old_value": old and old.value,
            "new_value": new and new.value,
            "old_label": old and old.label,
            "new_label": new and new.label,
            "change_rate": change_rate(old, new),
        }

    @api.model
    def _let_go_of(self, variants):
        """Name variants no more that are about to be deleted together with their product.

        PostgreSQL empties the two references of a row in an order of its own, and checks the one while the other is
        emptied if the row was recorded in the same transaction.
        """
        self.flush_model(["product_id"])
        self.env.cr.execute(
            SQL("UPDATE product_price_history SET product_id = NULL WHERE product_id = ANY(%s)", variants.ids)
        )
        self.invalidate_model(["product_id"])

    @api.model
    def _drop_dangling(self, rows):
        """What a price belonged to may be gone with it; its name stays."""
        for name in OWNERS:
            owners = self.env[self._fields[name].comodel_name].browse({row[name] for row in rows if row[name]})
            left = set(owners.exists().ids)
            for row in rows:
                row[name] = row[name] if row[name] in left else None
