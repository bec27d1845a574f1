"""One pass of quotation follow-up as the scheduled job makes it, with a commit after each quotation."""


def main(env):
    env["res.company"].search([]).quotation_followup_automatic = True
    return env["sales.quotation.cadence"]._cron_run()
