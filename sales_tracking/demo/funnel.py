"""How leads went through the pipeline: not all of them step by step, and lost in every stage."""

# Every so many deals take a way of their own.
LOST_AT_ONCE = 3
SKIPPING = 6
STEPPING_BACK = 7


def vary_paths(plan):
    """Let some deals be lost in the first stage, some skip one, and some step back before the decision."""
    deals = [deal for deal in plan if deal.created]
    for deal in [deal for deal in deals if deal.ending == "lost"][::LOST_AT_ONCE]:
        deal.qualified = None
    for deal in [deal for deal in deals if deal.quoted][::SKIPPING]:
        deal.qualified = None
    for deal in [deal for deal in deals if deal.quoted and deal.qualified and deal.closed][::STEPPING_BACK]:
        wait = deal.closed - deal.quoted
        deal.reconsidered = [
            ("crm.stage_lead2", (deal.quoted + wait / 4).replace(microsecond=0)),
            ("crm.stage_lead3", (deal.quoted + wait / 2).replace(microsecond=0)),
        ]


def create_history(story, plan):
    """Replace what was recorded while the leads were made by what their notes tell of the year."""
    history = story.env["crm.lead.stage.history"]
    history.search([("lead_id", "in", [deal.lead.id for deal in plan if deal.lead])]).unlink()
    history._backfill()
