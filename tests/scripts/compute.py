"""Compute a plan period by period, as the nightly job does; returns the number of entries added."""


def main(env, plan_id, days):
    entries = 0
    for day in days:
        entries += env["sales.commission.plan"].browse(plan_id).action_compute(day)["entries"]
        env.cr.commit()
    return entries
