"""Go on with the captures of history that are running, as the scheduled job does."""


def main(env):
    env["sales.interaction.backfill"]._cron_run()
