"""A website whose visitors come from a campaign and by themselves, before and after it forgets them."""

from datetime import datetime, timedelta

from odoo.fields import Command


def main(env):
    env.cr.commit = env.cr.flush
    env.cr.rollback = lambda: None
    website = env["website"].search([], limit=1)
    company = website.company_id
    company.sales_tz = "Asia/Jakarta"
    env["utm.source"].create({"name": "Spring Fair"})
    page = env["website.page"].search([("url", "=", "/contactus"), ("website_id", "in", (False, website.id))], limit=1)
    agent = env["res.users"].create(
        {
            "login": "web_agent",
            "name": "Agent",
            "company_id": company.id,
            "company_ids": [Command.set(company.ids)],
            "group_ids": [Command.link(env.ref("sales_team.group_sale_salesman").id)],
        }
    )
    traffic = env["sales.website.traffic"].sudo(False).with_user(agent)
    # 23:30 in Jakarta, 00:30 of the next day, and both days of long ago, when the website forgets its visitors.
    evening = (datetime.now() - timedelta(days=70)).replace(hour=16, minute=30, second=0, microsecond=0)
    first, second = [
        env["website.visitor"].create(
            {
                "access_token": str(number) * 32,
                "website_id": website.id,
                "last_connection_datetime": evening + timedelta(hours=1),
            }
        )
        for number in (1, 2)
    ]
    address = "https://example.com/shop/pepper?utm_source=Spring+Fair&utm_medium=e%2Dmail&utm_campaign=X%00Y#top"
    track(env, first, evening, address)
    track(env, first, evening + timedelta(minutes=40), "https://example.com/shop/pepper?size=2")
    track(env, first, evening + timedelta(minutes=50), "https://example.com/contactus?utm_source=unheard", page.id)
    track(env, second, evening, address.replace("Spring+Fair", "spring%20fair"))
    track(env, second, evening + timedelta(minutes=5), "https://example.com")
    lead = env["crm.lead"].create({"name": "Pepper", "visitor_ids": [Command.set(first.ids)]})
    env.cr.flush()
    env.cr.execute("UPDATE crm_lead SET create_date = %s WHERE id = %s", [evening + timedelta(minutes=55), lead.id])

    before = read(traffic)
    again = read(traffic)
    # Core's own job; it keeps the visitors who made a lead, whom somebody deletes.
    env["website.visitor"]._cron_unlink_old_visitors()
    is_forgotten = not second.exists()
    first.unlink()
    after = read(traffic)
    third = env["website.visitor"].create({"access_token": "3" * 32, "website_id": website.id})
    track(env, third, datetime.now(), "https://example.com/about")
    env.cr.flush()
    today = read(traffic)

    metric = env.ref("sales_tracking.metric_website_visits")
    span = {"date_from": evening.date() - timedelta(days=1), "date_to": datetime.now().date() + timedelta(days=1)}
    target = env["sales.target"].create(
        {"metric_id": metric.id, "scope": "company", "amount": 12, "company_id": company.id,
         "date_from": evening.date() - timedelta(days=1), "date_to": evening.date() + timedelta(days=5)}
    )  # fmt: skip
    settings = env["res.config.settings"].create({})
    settings.action_track_all_pages()
    settings.invalidate_recordset()
    by_source = env["sales.achievement"]._read_group(
        [("basis", "=", "website_visit")], ["source_id"], ["quantity:sum"], order="source_id"
    )
    return {
        "local_days": [str((evening + timedelta(hours=7, days=days)).date()) for days in (0, 1)],
        "before": before,
        "again": again,
        "is_forgotten": is_forgotten,
        "after": after,
        "today": [row for row in today if row not in after],
        "metric": metric.with_company(company).get_value(**span),
        "by_source": [[source.name or None, quantity] for source, quantity in by_source],
        "attainment": target.get_report()[0]["actual"],
        "tracked": [settings.has_website, settings.website_tracked_page_count == settings.website_page_count],
    }


def track(env, visitor, moment, url, page_id=False):
    env["website.track"].create({"visitor_id": visitor.id, "visit_datetime": moment, "url": url, "page_id": page_id})


def read(traffic):
    traffic.invalidate_model()
    fields = ["page", "source_name", "medium_name", "campaign_name", "source_id", "visits", "visitors", "leads"]
    rows = traffic.search([], order="day, page, source_name").read(["day", *fields], load="")
    return [[str(row["day"]), *(row[name] for name in fields[:4]), bool(row["source_id"]),
             *(row[name] for name in fields[5:])] for row in rows]  # fmt: skip
