"""A text message to a lead, and two live chats that end: in one of them the visitor said nothing."""

from odoo import fields
from odoo.fields import Command


def main(env):
    agent = env["res.users"].create(
        {
            "login": "agent",
            "name": "Agent",
            "group_ids": [Command.link(env.ref("sales_team.group_sale_salesman").id)],
        }
    )
    customer = env["res.partner"].create({"name": "Toko Melati", "phone": "+62 813 5550 1234"})
    lead = env["crm.lead"].create({"name": "Pepper", "partner_id": customer.id, "user_id": agent.id})
    lead.with_user(agent)._message_sms("The pepper is here", put_in_queue=True)
    chats = [make_chat(env, agent, customer, is_answered) for is_answered in (False, True)]
    env.cr.flush()
    return {
        "lead": lead.id,
        "customer": customer.id,
        "agent": agent.id,
        "chat": chats[1].id,
        "interactions": read(env),
        "again": env["sales.interaction"].action_backfill(),
    }  # fmt: skip


def make_chat(env, agent, customer, is_answered):
    chat = env["discuss.channel"].create(
        {
            "name": "Toko Melati Agent",
            "channel_type": "livechat",
            "livechat_operator_id": agent.partner_id.id,
            "channel_member_ids": [
                Command.create({"livechat_member_type": "agent", "partner_id": agent.partner_id.id}),
                Command.create({"livechat_member_type": "visitor", "partner_id": customer.id}),
            ],
        }
    )
    chat.message_post(body="Can I help?", message_type="comment", author_id=agent.partner_id.id)
    if is_answered:
        chat.message_post(body="Is there pepper?", message_type="comment", author_id=customer.id)
    env.cr.flush()
    assert not read(env, kind="chat"), "a chat is recorded when it ends"
    if is_answered:
        chat._close_livechat_session()
    else:
        chat.livechat_end_dt = fields.Datetime.now()
        env.cr.flush()
    return chat


def read(env, **values):
    interactions = env["sales.interaction"].search([(name, "=", value) for name, value in values.items()], order="id")
    return interactions.read(["kind", "direction", "partner_id", "user_id", "lead_id", "res_model", "res_id"], load="")
