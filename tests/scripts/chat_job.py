"""One run of the job that makes chats of what accounts told."""


def main(env):
    env["sales.chat.event"]._cron_process()
    return env["sales.chat.event"].search_count([])
