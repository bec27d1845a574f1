"""A customer who clicked, attended and was called before ordering, and one whose traces must not count."""

from datetime import datetime, timedelta

from odoo.fields import Command

CONFIRMED = datetime(2026, 3, 20, 5)


def main(env):
    company = env.company
    company.write({"attribution_lookback": 30, "sales_tz": "UTC"})
    customer, other = env["res.partner"].create(
        [{"name": "Toko Melati", "is_company": True}, {"name": "Toko Mawar", "email": "mawar@example.com"}]
    )
    contact = env["res.partner"].create({"name": "Ibu Melati", "parent_id": customer.id, "email": "Melati@example.com"})
    lead = env["crm.lead"].create({"name": "Pepper", "partner_id": contact.id, "company_id": company.id})
    letter = mailing(env, "Spring Letter", "Letter")
    offer = mailing(env, "Offer for the lead", "Offer")
    # To an address of a mailing list, clicked twice; to the lead; and what must not count.
    subscriber = env["mailing.contact"].create({"name": "Melati", "email": "melati@example.com"})
    click(env, letter, subscriber, "melati@example.com", 20, 18, -1)
    click(env, offer, lead, "melati@example.net", 5)
    click(env, letter, other, "mawar@example.com", -1)
    click(env, offer, other, "mawar@example.com")
    click(env, offer, other, "mawar@example.com", 3, is_test_trace=True)
    event = env["event.event"].create(
        {"name": "Cupping Webinar", "date_begin": "2026-03-10 01:00:00", "date_end": "2026-03-10 03:00:00"}
    )
    website = env.ref("utm.utm_medium_website")
    page = env["utm.source"].create({"name": "Webinar Page"})
    values = {"event_id": event.id, "utm_source_id": page.id, "utm_medium_id": website.id, "company_id": company.id}
    attended, cancelled = env["event.registration"].create(
        [{**values, "partner_id": contact.id}, {**values, "partner_id": other.id}]
    )
    attended.write({"state": "done", "date_closed": CONFIRMED - timedelta(days=10)})
    cancelled.write({"state": "cancel"})
    backdate(env, attended + cancelled, 40)
    env["sales.interaction"].create(
        {"kind": "call", "partner_id": contact.id, "date": CONFIRMED - timedelta(days=1), "company_id": company.id}
    )
    linear = rows(env, order(env, company, customer, 1000, lead))
    return {
        "linear": [
            {
                "touch_type": row.touch_type,
                "content": row.content or None,
                "source": row.source_id.name or None,
                "medium": row.medium_id.name or None,
                "amount": row.amount,
                "days_before": (CONFIRMED - row.touch_date).days,
            }
            for row in linear
        ],
        "opened": [row.action_open_touch()["res_model"] for row in linear],
        "others": [
            {"touch_type": row.touch_type, "amount": row.amount} for row in rows(env, order(env, company, other, 500))
        ],
    }


def mailing(env, subject, source):
    return env["mailing.mailing"].create(
        {
            "subject": subject,
            "name": source,
            "source_id": env["utm.source"].create({"name": source}).id,
            "medium_id": env.ref("utm.utm_medium_email").id,
            "mailing_model_id": env["ir.model"]._get_id("res.partner"),
        }
    )


def click(env, mailing, recipient, address, *days, **values):
    """The trace of a mailing, with a click for each of the days before the order."""
    trace = env["mailing.trace"].create(
        {
            "mass_mailing_id": mailing.id,
            "model": recipient._name,
            "res_id": recipient.id,
            "email": address,
            "links_click_datetime": CONFIRMED if days else False,
            **values,
        }
    )
    link = env["link.tracker"].search_or_create([{"url": "https://example.com", "mass_mailing_id": mailing.id}])
    for before in days:
        clicked = env["link.tracker.click"].create({"link_id": link.id, "mailing_trace_id": trace.id})
        backdate(env, clicked, before)


def backdate(env, records, days):
    records.flush_recordset()
    env.cr.execute(
        f"UPDATE {records._table} SET create_date = %s WHERE id = ANY(%s)",
        [CONFIRMED - timedelta(days=days), records.ids],
    )
    records.invalidate_recordset(["create_date"])


def order(env, company, customer, price, lead=None):
    product = env["product.product"].create({"name": "Pepper", "taxes_id": []})
    order = env["sale.order"].create(
        {
            "partner_id": customer.id,
            "company_id": company.id,
            "opportunity_id": lead.id if lead else False,
            "order_line": [Command.create({"product_id": product.id, "price_unit": price, "tax_ids": []})],
        }
    )
    order.action_confirm()
    order.date_order = CONFIRMED
    return order


def rows(env, order):
    return env["sales.attribution.report"].search(
        [("order_id", "=", order.id), ("model", "=", "linear")], order="position"
    )
