"""Who the customers' people are, the audiences they form, and the campaigns that reached them before they bought."""

from datetime import timedelta

from odoo.fields import Command

FEMALE = {
    "Anisa", "Baiq", "Elvi", "Emily", "Endang", "Femke", "Fitri", "Hartati", "Intan", "Katrin", "Ketut", "Kim",
    "Lastri", "Lie", "Lina", "Lotte", "Megan", "Melinda", "Noor", "Novi", "Nurjanah", "Ratna", "Siti", "Sri", "Tan",
    "Tiominar", "Wulan",
}  # fmt: skip

# role: youngest and oldest
AGES = {"Owner": (27, 62), "Barista": (21, 30), "Head Roaster": (26, 41), "Head Chef": (29, 55), "Chairman": (50, 68)}
OTHER_AGES = (28, 54)

TAGS = {
    "demo_tag_coffee": "Third-Wave Coffee",
    "demo_tag_family": "Family Business",
    "demo_tag_hospitality": "Hospitality",
    "demo_tag_kitchen": "Home Cooking",
    "demo_tag_trading": "Trading House",
    "demo_tag_organic": "Organic and Fair",
}
TAG_OF_ROLE = {
    "Barista": "demo_tag_coffee",
    "Head Roaster": "demo_tag_coffee",
    "Green Coffee Buyer": "demo_tag_coffee",
    "Owner": "demo_tag_family",
    "Head Chef": "demo_tag_hospitality",
    "Food & Beverage Manager": "demo_tag_hospitality",
}
TAG_OF_SEGMENT = {"wholesale": "demo_tag_trading", "retail": "demo_tag_kitchen", "export": "demo_tag_trading"}

JAVA = ["Banten", "Jakarta", "Jawa Barat", "Jawa Tengah", "Jawa Timur", "Yogyakarta"]
AUDIENCES = {
    "demo_audience_cafes": {
        "name": "Cafés and Roasters in Java",
        "description": "Single origins in small lots; invite them to the cuppings.",
        "color": 3,
        "domain": [
            ("is_company", "=", True),
            ("user_id", "!=", False),
            ("state_id.name", "in", JAVA),
            "|", "|",
            ("name", "ilike", "kopi"), ("name", "ilike", "kafe"), ("name", "ilike", "kedai"),
        ],
    },
    "demo_audience_young_owners": {
        "name": "Young Owners",
        "description": "Up to 40 years old and decide themselves: chat first, offers on the phone.",
        "color": 10,
        "domain": [("function", "=", "Owner"), ("age", "<=", 40), ("age", "!=", False)],
    },
    "demo_audience_export": {
        "name": "Export Buyers",
        "description": "Importers abroad. Certificates, containers, prices in their currency.",
        "color": 4,
        "domain": [("is_company", "=", True), ("user_id", "!=", False), ("country_id.code", "!=", "ID")],
    },
    "demo_audience_quiet": {
        "name": "Quiet for 90 Days",
        "description": "Have bought before, but not in the last 90 days. A call each.",
        "color": 1,
        "domain": [
            ("is_company", "=", True),
            ("user_id", "!=", False),
            ("sale_order_ids", "any", [("state", "=", "sale")]),
            ("sale_order_ids", "not any", [("state", "=", "sale"), ("date_order", ">=", "-90d")]),
        ],
    },
    "demo_audience_women": {
        "name": "Women in Charge",
        "description": "Business owners, chefs and buyers for the Kartini Day offer.",
        "color": 7,
        "domain": [("gender", "=", "female"), ("age", ">=", 25)],
    },
}  # fmt: skip

CHANNEL_KINDS = {
    "sales_tracking.demo_medium_event": "event",
    "sales_tracking.demo_medium_chat": "messenger",
    "utm.utm_medium_direct": "referral",
}
WEBINAR = {"demo_source_webinar": "Cupping Webinar"}, {"demo_medium_webinar": "Webinar"}

# segment: kind of the interaction, source, medium, campaign
REACHES = {
    "wholesale": (
        ("email", "utm.utm_source_newsletter", "utm.utm_medium_email", "demo_campaign_ramadan"),
        ("event", "demo_source_fair", "demo_medium_event", "demo_campaign_harvest"),
        ("web", "demo_source_web", "utm.utm_medium_website", None),
        ("event", "demo_source_webinar", "demo_medium_webinar", "demo_campaign_harvest"),
    ),
    "retail": (
        ("chat", "demo_source_social", "demo_medium_chat", "demo_campaign_hampers"),
        ("web", "demo_source_web", "utm.utm_medium_website", "demo_campaign_ramadan"),
        ("event", "demo_source_webinar", "demo_medium_webinar", None),
    ),
    "export": (
        ("event", "demo_source_fair", "demo_medium_event", "demo_campaign_export"),
        ("event", "demo_source_webinar", "demo_medium_webinar", "demo_campaign_export"),
        ("email", "utm.utm_source_newsletter", "utm.utm_medium_email", None),
        ("web", "utm.utm_source_search_engine", "utm.utm_medium_website", None),
    ),
}
REACHED_SHARE = 0.75
MOST_REACHES = 3
LONGEST_BEFORE = 45


def create_audiences(story, plan):
    _describe_people(story)
    story.create_named(
        "sales.audience",
        {
            name: {**values, "domain": repr(values["domain"]), "company_id": story.company.id}
            for name, values in AUDIENCES.items()
        },
    )
    _reach_customers(story, plan)


def _describe_people(story):
    tags = story.create_named(
        "sales.audience.tag", {name: {"name": label, "color": 1 + n} for n, (name, label) in enumerate(TAGS.items())}
    )
    for customer in story.customers:
        person, rng = customer.contact, story.rng
        youngest, oldest = AGES.get(person.function, OTHER_AGES)
        names = {TAG_OF_ROLE.get(person.function, TAG_OF_SEGMENT[customer.segment])}
        if rng.random() < 0.25:
            names.add("demo_tag_organic")
        person.write(
            {
                "birth_date": story.day_before(rng.randrange(youngest * 365, oldest * 365)),
                "gender": "female" if person.name.split()[0] in FEMALE else "male",
                "audience_tag_ids": [Command.set([tags[name].id for name in sorted(names)])],
            }
        )


def _reach_customers(story, plan):
    """Newsletters, webinars, fairs and posts that the customer met with in the weeks before the order."""
    sources, mediums = WEBINAR
    story.create_named("utm.source", {name: {"name": label} for name, label in sources.items()})
    story.create_named(
        "utm.medium", {name: {"name": label, "channel_kind": "webinar"} for name, label in mediums.items()}
    )
    for name, kind in CHANNEL_KINDS.items():
        story.env.ref(name).channel_kind = kind
    story.env["crm.lead"]._fill_entry_points()
    touches = []
    for deal in plan:
        if not deal.is_order or story.rng.random() > REACHED_SHARE:
            continue
        reaches = REACHES[deal.customer.segment]
        for kind, source, medium, campaign in story.rng.sample(
            reaches, k=min(story.rng.randrange(1, MOST_REACHES + 1), len(reaches))
        ):
            before = timedelta(days=story.rng.uniform(1, LONGEST_BEFORE))
            touches.append(
                {
                    "kind": kind,
                    "direction": "in",
                    "date": (deal.closed - before).replace(microsecond=0),
                    "partner_id": deal.customer.contact.id,
                    "user_id": deal.order.user_id.id,
                    "team_id": deal.order.team_id.id,
                    "company_id": story.company.id,
                    "source_id": _ref(story, source),
                    "medium_id": _ref(story, medium),
                    "campaign_id": _ref(story, campaign),
                }
            )
    story.env["sales.interaction"].create(
        [{**touch, "source_key": f"demo:reach:{number}"} for number, touch in enumerate(touches, start=1)]
    )


def _ref(story, name):
    """The id of a record of the demo or of another addon."""
    if not name:
        return False
    return story.env.ref(name if "." in name else f"sales_tracking.{name}").id
