"""A telephone line and a chat account, whose secrets the examples of docs/integration.md are signed with."""


def main(env):
    company = env.ref("base.main_company")
    line = env["sales.phone.line"].create({"name": "Head Office", "company_id": company.id})
    account = env["sales.chat.account"].create(
        {
            "name": "Sales WhatsApp",
            "company_id": company.id,
            "phone_number_id": "106540352242922",
            "app_secret": "the secret of the application",
        }
    )
    return {
        "LINE_KEY": line.key,
        "LINE_SECRET": line.secret,
        "ACCOUNT_KEY": account.key,
        "APP_SECRET": account.app_secret,
        "VERIFY_TOKEN": account.verify_token,
        "company": company.id,
    }
