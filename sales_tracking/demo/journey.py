"""How often customers are visited, and the published plan of one person for four weeks from this one."""

from datetime import timedelta

CLASSES = {"wholesale": "a", "retail": "b"}  # of a segment; c is that of any other
PLANNED_FOR = "demo_user_agus"
WEEKDAYS = 5
WITH_USUAL_DAY = 4  # one of so many customers has one
OFFICE = {"partner_latitude": -6.208763, "partner_longitude": 106.845599}


def create_journey(story):
    _give_classes(story)
    story.company.partner_id.write(OFFICE)
    user = story.users[PLANNED_FOR]
    monday = story.today - timedelta(days=story.today.weekday())
    plan = story.env["sales.journey.plan"].create(
        {
            "user_id": user.id,
            "company_id": story.company.id,
            "date_from": monday,
            "date_to": monday + timedelta(days=27),
            "start_partner_id": story.company.partner_id.id,
        }
    )
    plan.action_generate()
    plan.action_publish()


def _give_classes(story):
    """Customers at home belong to somebody who visits them as often as their segment says."""
    for number, customer in enumerate(customer for customer in story.customers if customer.segment != "export"):
        partner = customer.contact.commercial_partner_id.with_company(story.company)
        letter = CLASSES.get(customer.segment, "c")
        partner.write(
            {
                "user_id": partner.user_id.id or story.users[customer.user].id,
                "customer_class_id": story.env.ref(f"sales_tracking.customer_class_{letter}").id,
                "visit_weekday": str(number % WEEKDAYS) if number % WITH_USUAL_DAY == 0 else False,
            }
        )
