"""An API key for each user who can log in, by login."""

from datetime import timedelta

from odoo import fields


def main(env):
    in_a_day = fields.Datetime.now() + timedelta(days=1)
    users = env["res.users"].search([])
    return {
        user.login: env["res.users.apikeys"].with_user(user).sudo()._generate("rpc", "black-box tests", in_a_day)
        for user in users
    }
