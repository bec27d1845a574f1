"""One pass of payment follow-up as the scheduled job makes it, with a commit after each customer."""


def main(env):
    return env["sales.dunning.account"]._cron_run()
