"""Planning 200 customers over four weeks: the plan, the same plan anew, publishing it, and the map of 5,000 customers.

Argument: a database with the suite, in which nothing is kept.
"""

import random
import sys
from datetime import timedelta

from dev.benchmarks import measure

CUSTOMERS = measure.number("BENCH_CUSTOMERS", 200)
ON_THE_MAP = measure.number("BENCH_PINS", 5000)
CENTRE = (-6.2, 106.8)


def make_customers(env, user, count, classes):
    """Customers of the user within some 20 km of the centre."""
    rng = random.Random(19)
    return env["res.partner"].create(
        [
            {
                "name": f"Customer {number}",
                "is_company": True,
                "user_id": user.id,
                "customer_class_id": classes[number % len(classes)].id if classes else False,
                "partner_latitude": CENTRE[0] + rng.uniform(-0.2, 0.2),
                "partner_longitude": CENTRE[1] + rng.uniform(-0.2, 0.2),
            }
            for number in range(count)
        ]
    )


def steps(env):
    """(what is done, a function that does it) in their order."""
    user, company = env.ref("base.user_admin"), env.company
    weekly = env.ref("sales_tracking.customer_class_a")
    make_customers(env, user, CUSTOMERS, [weekly])
    first = env["sales.journey.plan"]._next_monday()
    plan = env["sales.journey.plan"].create(
        {
            "user_id": user.id,
            "company_id": company.id,
            "date_from": first,
            "date_to": first + timedelta(days=27),
            "start_partner_id": company.partner_id.id,
        }
    )
    yield f"{CUSTOMERS} customers, every week, over four weeks", plan.action_generate
    yield "the same plan anew", plan.action_generate
    yield f"publishing its {plan.visit_count} visits", plan.action_publish
    make_customers(env, user, ON_THE_MAP, [])
    yield f"the map of {ON_THE_MAP + CUSTOMERS} customers", lambda: env["sales.visit"].with_user(user).get_visit_map()


def main(database):
    measure.configure()
    rows = []
    with measure.environment(database) as env:
        for name, action in steps(env):
            env.flush_all()
            env.invalidate_all()
            cost = measure.cost(env, action)
            rows.append([name, f"{cost.seconds:.1f} s", f"{cost.cpu:.1f} s", str(cost.statements)])
    measure.report(["step", "on the clock", "processor time", "statements"], rows)


if __name__ == "__main__":
    main(*sys.argv[1:])
