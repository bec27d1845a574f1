"""The deals' leads: where they came from, how they moved through the stages, how they ended."""

from datetime import timedelta
from itertools import pairwise

from odoo.fields import Command

from .customers import CITIES
from .story import money

SOURCES = {
    "demo_source_fair": "Trade Fair",
    "demo_source_chat": "Chat Message",
    "demo_source_web": "Website Form",
    "demo_source_call": "Cold Call",
    "demo_source_market": "B2B Marketplace",
    "demo_source_social": "Social Media",
}
MEDIUMS = {"demo_medium_event": "Event", "demo_medium_chat": "Chat"}
CAMPAIGNS = {
    "demo_campaign_ramadan": "Ramadan Pantry",
    "demo_campaign_harvest": "Coffee Harvest",
    "demo_campaign_export": "Export Roadshow",
    "demo_campaign_hampers": "Year-End Hampers",
}

# segment: source, medium, weight
ORIGINS = {
    "wholesale": (
        ("demo_source_call", "utm.utm_medium_phone", 6),
        ("demo_source_fair", "demo_medium_event", 5),
        ("utm.utm_source_referral", "utm.utm_medium_direct", 5),
        ("demo_source_chat", "demo_medium_chat", 4),
        ("demo_source_web", "utm.utm_medium_website", 3),
        ("utm.utm_source_newsletter", "utm.utm_medium_email", 2),
    ),
    "retail": (
        ("demo_source_chat", "demo_medium_chat", 7),
        ("demo_source_social", "demo_medium_chat", 5),
        ("demo_source_web", "utm.utm_medium_website", 4),
        ("utm.utm_source_referral", "utm.utm_medium_direct", 3),
        (None, None, 2),
    ),
    "export": (
        ("demo_source_fair", "demo_medium_event", 6),
        ("demo_source_market", "utm.utm_medium_website", 5),
        ("demo_source_web", "utm.utm_medium_website", 3),
        ("utm.utm_source_referral", "utm.utm_medium_email", 3),
        ("utm.utm_source_search_engine", "utm.utm_medium_website", 2),
    ),
}

LOST_REASONS = (
    ("crm.lost_reason_1", 5),
    ("crm.lost_reason_3", 2),
    ("demo_lost_reason_competitor", 3),
    ("demo_lost_reason_silent", 3),
    ("demo_lost_reason_terms", 2),
)
OWN_LOST_REASONS = {
    "demo_lost_reason_competitor": "Bought elsewhere",
    "demo_lost_reason_silent": "No answer any more",
    "demo_lost_reason_terms": "Payment terms too short",
}

TITLES = {
    "wholesale": ("{product} in bulk", "Quarterly supply of {product}", "{product} for the factory", "{product}, "
                  "monthly delivery"),
    "retail": ("{product} for the shop", "Weekly {product}", "{product}, first order"),
    "export": ("{product}, one container", "{product}, sample and first lot", "Season contract {product}"),
}  # fmt: skip

# Prospects who are not in the address book yet: kind and name of the business.
BUSINESSES = ("CV", "UD", "Toko", "Kedai", "Warung", "PT", "Koperasi", "Dapur")
BUSINESS_NAMES = (
    "Sinar Pagi", "Anugerah Rasa", "Tiga Saudara", "Mekar Sari", "Bukit Hijau", "Laut Biru", "Rasa Bahagia",
    "Karya Boga", "Cahaya Timur", "Padi Emas", "Gunung Madu", "Teluk Wangi", "Langit Jingga", "Kembang Tanjung",
)  # fmt: skip
FIRST_NAMES = ("Eko", "Yanti", "Fajar", "Maya", "Hasan", "Tuti", "Irwan", "Dian", "Wahyu", "Laras", "Gede", "Nurul")
LAST_NAMES = ("Saputra", "Kurniawati", "Hakim", "Puspita", "Effendi", "Ramadhani", "Tanoto", "Simanjuntak", "Mahendra")

PROBABILITIES = {"crm.stage_lead1": (5, 20), "crm.stage_lead2": (25, 45), "crm.stage_lead3": (50, 85)}
UNASSIGNED = 4
NEXT_STEPS = (
    ("mail.mail_activity_data_call", "Call about quantities and delivery"),
    ("mail.mail_activity_data_call", "Ask for the decision"),
    ("mail.mail_activity_data_email", "Send the certificate of origin"),
    ("mail.mail_activity_data_meeting", "Visit with samples"),
    ("mail.mail_activity_data_todo", "Prepare the quotation"),
)


def create_leads(story, plan):
    deals = [deal for deal in plan if deal.created]
    records = _create_named_records(story)
    unassigned = set(story.rng.sample([index for index, deal in enumerate(deals) if deal.ending == "new"], UNASSIGNED))
    leads = story.env["crm.lead"].create(
        [_lead_values(story, deal, records, index not in unassigned) for index, deal in enumerate(deals)]
    )
    for deal, lead in zip(deals, leads, strict=True):
        deal.lead = lead
    story.backdate(leads, [deal.created for deal in deals])
    _trace_stages(story, deals)
    _plan_next_steps(story, [deal for deal in deals if not deal.closed and deal.lead.user_id])


def _create_named_records(story):
    """What leads point to, by the name used in the tables above."""
    records = story.create_named("utm.source", {name: {"name": label} for name, label in SOURCES.items()})
    records |= story.create_named("utm.medium", {name: {"name": label} for name, label in MEDIUMS.items()})
    records |= story.create_named(
        "utm.campaign",
        {name: {"title": title, "user_id": story.users["demo_user_manager"].id} for name, title in CAMPAIGNS.items()},
    )
    records |= story.create_named(
        "crm.lost.reason", {name: {"name": label} for name, label in OWN_LOST_REASONS.items()}
    )
    core = {name for origins in ORIGINS.values() for origin in origins for name in origin[:2] if name and "." in name}
    core |= {name for name, _weight in LOST_REASONS if "." in name}
    records |= {name: story.env.ref(name) for name in core}
    records[None] = story.env["utm.source"]
    return records


def stages_of(deal):
    """The stages the deal went through and when it entered them: external id, moment."""
    steps = [("crm.stage_lead1", deal.created)]
    if deal.qualified:
        steps.append(("crm.stage_lead2", deal.qualified))
    if deal.quoted:
        steps.append(("crm.stage_lead3", deal.quoted))
    steps += deal.reconsidered
    if deal.ending == "won":
        steps.append(("crm.stage_lead4", deal.closed))
    return steps


def _lead_values(story, deal, records, is_assigned):
    rng, segment = story.rng, deal.customer.segment
    stage, entered = stages_of(deal)[-1]
    source, medium, _weight = _pick(rng, ORIGINS[segment])
    amount = money(_list_price(story, deal))
    product = story.products[deal.basket[0][0]]
    user = story.users[deal.user]
    values = {
        "name": rng.choice(TITLES[segment]).format(product=product.name),
        "type": "opportunity",
        "company_id": story.company.id,
        "team_id": user.sale_team_id.id,
        "user_id": user.id if is_assigned else False,
        "stage_id": story.env.ref(stage).id,
        "date_last_stage_update": entered,
        "date_open": story.moment(story.day_of(deal.created), after=deal.created) if is_assigned else False,
        "expected_revenue": amount,
        "priority": str(min(int(amount > 50_000_000) + int(amount > 150_000_000) + int(amount > 400_000_000), 3)),
        "source_id": records[source].id,
        "medium_id": records[medium].id,
        "campaign_id": records[_campaign(rng, deal)].id,
        **_who(story, deal),
    }
    if deal.ending == "won":
        return values | {"probability": 100, "date_closed": deal.closed}
    if deal.closed:
        reason, _weight = _pick(rng, LOST_REASONS)
        return values | {
            "active": False,
            "probability": 0,
            "date_closed": deal.closed,
            "lost_reason_id": records[reason].id,
        }
    least, most = PROBABILITIES[stage]
    return values | {
        "probability": rng.randrange(least, most, 5),
        "date_deadline": story.today + timedelta(days=rng.randrange(-5, 45)),
    }


def _pick(rng, table):
    return rng.choices(table, [row[-1] for row in table])[0]


def _campaign(rng, deal):
    """A campaign brought about every second lead of its season or segment."""
    if rng.random() < 0.5:
        return None
    if deal.customer.segment == "export":
        return "demo_campaign_export"
    month = deal.created.month
    if month in (1, 2, 3):
        return "demo_campaign_ramadan"
    if month in (5, 6, 7):
        return "demo_campaign_harvest"
    if month in (10, 11, 12):
        return "demo_campaign_hampers"
    return None


def _list_price(story, deal):
    return sum(story.products[code].list_price * quantity for code, quantity in deal.basket)


def _who(story, deal):
    """The customer, or a name on a card for two thirds of those who never got a quotation."""
    rng = story.rng
    if deal.quoted or rng.random() < 0.35:
        return {"partner_id": deal.customer.contact.id}
    city = rng.choice(list(CITIES))
    business = f"{rng.choice(BUSINESSES)} {rng.choice(BUSINESS_NAMES)} {city}"
    person = rng.choice(FIRST_NAMES), rng.choice(LAST_NAMES)
    return {
        "partner_name": business,
        "contact_name": " ".join(person),
        "email_from": f"{person[0]}.{person[1]}@{business.lower().replace(' ', '')}.example.com".lower(),
        "phone": f"+62 813 5550 {rng.randrange(1000, 10000)}",
        "city": city,
        "state_id": story.env.ref(f"base.state_id_{CITIES[city][0].lower()}").id,
        "country_id": story.env.ref("base.id").id,
    }


def _trace_stages(story, deals):
    """The notes that Odoo leaves at a change of stage; from these it tells how long a lead stayed in each."""
    env = story.env
    stage_field = env["ir.model.fields"]._get("crm.lead", "stage_id")
    subtype = env.ref("crm.mt_lead_stage")
    moves = [
        (deal, env.ref(before), env.ref(after), moment)
        for deal in deals
        for (before, _entered), (after, moment) in pairwise(stages_of(deal))
    ]
    messages = env["mail.message"].create(
        [
            {
                "model": "crm.lead",
                "res_id": deal.lead.id,
                "message_type": "notification",
                "subtype_id": subtype.id,
                "author_id": story.users[deal.user].partner_id.id,
                "email_from": story.users[deal.user].email_formatted,
                "reply_to": story.company.email,
                "date": moment,
                "tracking_value_ids": [
                    Command.create(
                        {
                            "field_id": stage_field.id,
                            "old_value_integer": before.id,
                            "old_value_char": before.name,
                            "new_value_integer": after.id,
                            "new_value_char": after.name,
                        }
                    )
                ],
            }
            for deal, before, after, moment in moves
        ]
    )
    story.backdate(messages.tracking_value_ids.sorted("id"), [moment for _deal, _before, _after, moment in moves])


def _plan_next_steps(story, deals):
    """What is to be done next: some of it is overdue, some due today."""
    rng = story.rng
    lead_model = story.env["ir.model"]._get("crm.lead")
    chosen = rng.sample(deals, k=len(deals) * 2 // 3)
    story.env["mail.activity"].create(
        [
            {
                "res_model_id": lead_model.id,
                "res_id": deal.lead.id,
                "activity_type_id": story.env.ref(activity_type).id,
                "summary": summary,
                "user_id": deal.lead.user_id.id,
                "date_deadline": story.today + timedelta(days=rng.choice((-6, -3, -1, 0, 0, 1, 2, 4, 7, 10))),
            }
            for deal in chosen
            for activity_type, summary in [rng.choice(NEXT_STEPS)]
        ]
    )
