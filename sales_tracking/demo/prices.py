"""How the prices became what they are, and to whom the price lists were sent."""

from dataclasses import replace
from datetime import timedelta

from odoo.fields import Command

from ..tools.bulk import bulk_insert

# Steps of the year: how many days ago prices were looked at.
REVIEWS = (330, 240, 150, 75, 20)
# model: what part of the prices changes at a review, the factors it changes by, steps of a price
HABITS = {
    "product.product": (0.6, (0.97, 1.02, 1.04, 1.06)),
    "product.template": (0.4, (0.96, 1.03, 1.05, 1.08)),
    "product.pricelist.item": (0.35, (0.95, 1.02, 1.04, 1.06)),
}
PERCENTAGE_STEPS = (-1, 1, 2)
WHO = ("demo_user_manager", "demo_user_lead")
REFUSED = "There is no e-mail address. Add one to the contact."

# list, days ago, days that it is valid, recipients, message
SENDINGS = (
    ("demo_pricelist_wholesale", 145, 60, 8, "Harga baru per kuartal ini. Kopi dan kakao naik, rempah tetap."),
    ("demo_pricelist_export", 74, 45, 7, "Our prices FOB Tanjung Priok for the new season."),
    ("demo_pricelist_retail", 19, 30, 10, "Daftar harga terbaru, dengan potongan mulai 50 kg."),
    ("demo_pricelist_export", 6, 30, 3, "As promised on the phone: green coffee and cocoa."),
)


def create_prices(story):
    _create_history(story)
    for sending in SENDINGS:
        _create_sending(story, *sending)


def _create_history(story):
    """A year of changes that ends with the prices as they are, instead of one day on which everything was created."""
    env = story.env
    env.cr.flush()
    env.cr.execute("DELETE FROM product_price_history WHERE company_id = %s", [story.company.id])
    products = env["product.product"].concat(*story.products.values())
    rules = env["product.pricelist"].concat(*story.pricelists.values()).item_ids
    rows = []
    for records in (products.sorted("id"), products.product_tmpl_id.sorted("id"), rules.sorted("id")):
        for state in records._price_states().values():
            rows += _past(story, records._name, state)
    bulk_insert(env["product.price.history"].sudo(), sorted(rows, key=lambda row: row["date"]))


def _past(story, model, state):
    """The rows of one price, newest first: what it was before each review, back to its creation."""
    history = story.env["product.price.history"]
    share, factors = HABITS[model]
    rows = []
    for days in reversed(REVIEWS):
        if story.rng.random() > share:
            continue
        before = _before(story, state, factors)
        if before.value != state.value:
            rows.append({**_who_and_when(story, days), "event": "changed", **history._values(before, state)})
            state = before
    rows.append({**_who_and_when(story, 365), "event": "created", **history._values(None, state)})
    return rows


def _who_and_when(story, days):
    moment = story.moment(story.working_day(story.day_before(days)))
    return {"date": moment, "user_id": story.users[story.rng.choice(WHO)].id}


def _before(story, state, factors):
    if state.is_percentage:
        value = max(state.value + story.rng.choice(PERCENTAGE_STEPS), 1)
        label = state.label.replace(f"{state.value:g} %", f"{value:g} %", 1)
    else:
        currency = story.env["res.currency"].browse(state.currency_id)
        value = state.value / story.rng.choice(factors)
        # As people price: tens of cents, hundreds or thousands of rupiah.
        value = round(value, 1 if value < 1000 else -2 if value < 100_000 else -3)
        label = state.label.replace(currency.format(state.value), currency.format(value), 1)
    return replace(state, value=value, label=label, terms=(value,))


def _create_sending(story, pricelist, days, valid_days, count, note):
    segment = pricelist.removeprefix("demo_pricelist_")
    customers = [customer for customer in story.customers if customer.segment == segment]
    chosen = story.rng.sample(customers, min(count, len(customers)))
    user = story.users[chosen[0].user]
    day = story.working_day(story.day_before(days))
    pricelist = story.pricelists[pricelist]
    sending = story.env["sales.pricelist.sending"].create(
        {
            "user_id": user.id,
            "team_id": user.sale_team_id.id,
            "company_id": story.company.id,
            "date": day,
            "valid_until": day + timedelta(days=valid_days),
            "pricelist_ids": [Command.set(pricelist.ids)],
            "with_pdf": True,
            "with_xlsx": True,
            "note": note,
            "recipient_ids": [
                Command.create(
                    {
                        "partner_id": customer.contact.id,
                        "email": customer.contact.email if index else False,
                        "lang": customer.contact.lang,
                        "pricelist_ids": [Command.set(pricelist.ids)],
                        "state": "sent" if index else "skipped",
                        "reason": False if index else REFUSED,
                    }
                )
                for index, customer in enumerate(chosen)
            ],
        }
    )
    moment = story.moment(day)
    story.backdate(sending, [moment])
    for recipient in sending.recipient_ids.filtered(lambda recipient: recipient.state == "sent"):
        recipient._log_interactions()
    touches = story.env["sales.interaction"].search([("res_model", "=", sending._name), ("res_id", "=", sending.id)])
    touches.date = moment
