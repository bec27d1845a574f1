"""What sale, crm and account do without the addons: a lead, its quotation, order, invoice and payment."""

from odoo.fields import Command

SCREENS = {
    "crm.lead": ("form", "list", "kanban", "search"),
    "sale.order": ("form", "list", "kanban", "search"),
    "account.move": ("form", "list", "search"),
    "res.partner": ("form", "list", "kanban", "search"),
    "res.company": ("form",),
    "res.config.settings": ("form",),
}


def main(env):
    env = env(user=env.ref("base.user_admin"))
    for model, kinds in SCREENS.items():
        env[model].get_views([(False, kind) for kind in kinds])
    customer = env["res.partner"].create({"name": "Toko Cempaka"})
    lead = env["crm.lead"].create({"name": "Nutmeg", "type": "opportunity", "partner_id": customer.id})
    lead.action_set_won()
    context = lead.action_new_quotation()["context"]
    product = env["product.product"].create({"name": "Nutmeg", "list_price": 50, "standard_price": 20})
    order = (
        env["sale.order"]
        .with_context(context)
        .create({"order_line": [Command.create({"product_id": product.id, "product_uom_qty": 4})]})
    )
    order.action_confirm()
    invoice = order._create_invoices()
    invoice.action_post()
    env["account.payment.register"].with_context(active_model="account.move", active_ids=invoice.ids).create(
        {}
    )._create_payments()
    return {
        "won_status": lead.won_status,
        "order": order.state,
        "invoice": invoice.state,
        "payment": invoice.payment_state,
        "old_invoices": env["account.move"].search_count([("partner_id.name", "=", "Toko Melati")]),
    }
