"""People of every kind, and one record of each model, all about the salesperson of the first company."""

from odoo.fields import Command

GROUPS = {
    "employee": "base.group_user",
    "salesperson": "sales_team.group_sale_salesman",
    "seller": "sales_team.group_sale_salesman",
    "peer": "sales_team.group_sale_salesman",
    "lead": "sales_tracking.group_team_lead",
    "other_lead": "sales_tracking.group_team_lead",
    "all_documents": "sales_team.group_sale_salesman_all_leads",
    "manager": "sales_team.group_sale_manager",
    "approver": "sales_team.group_sale_manager",
    "keeper": "sales_team.group_sale_manager",  # of all companies
    "accountant": "account.group_account_invoice",
    "foreigner": "sales_team.group_sale_manager",
    "settings": "base.group_system",
    "portal": "base.group_portal",
}


def main(env):
    company = env.ref("base.main_company")
    company.sales_tz = "UTC"
    users = make_users(env, company, env["res.company"].create({"name": "Other Company"}))
    teams = make_teams(env, company, users)
    tax = env["account.tax"].create({"name": "15 %", "amount": 15, "company_id": company.id})
    pepper = env["product.product"].create(
        {"name": "Pepper", "list_price": 100, "standard_price": 60, "taxes_id": [Command.set(tax.ids)]}
    )
    customer = env["res.partner"].create({"name": "Toko Melati", "is_company": True, "email": "melati@example.com"})
    records = make_records(env, company, users, teams, pepper, customer)
    return {
        "company": company.id,
        "other_company": users["foreigner"].company_id.id,
        "users": {login: user.id for login, user in users.items()},
        "teams": {name: team.id for name, team in teams.items()},
        "product": pepper.id,
        "tax": tax.id,
        "customer": customer.id,
        "person": records.pop("person"),
        "pricelists": records.pop("pricelists"),
        # Nobody follows them up yet: one for each attempt to.
        "debtors": env["res.partner"].create([{"name": f"Debtor {number}"} for number in range(2 * len(GROUPS))]).ids,
        "metrics": {
            metric.code: metric.id
            for metric in env["sales.metric"].search([("company_id", "=", False)])
        },
        "records": records,
    }  # fmt: skip


def make_users(env, company, other_company):
    users = {}
    for login, group in GROUPS.items():
        own = other_company if login == "foreigner" else company
        allowed = company | other_company if login == "keeper" else own
        users[login] = env["res.users"].create(
            {
                "login": login,
                "password": login,
                "name": login.replace("_", " ").title(),
                "email": f"{login}@example.com",
                "tz": "UTC",
                "company_id": own.id,
                "company_ids": [Command.set(allowed.ids)],
                "group_ids": [Command.set([env.ref("base.group_user").id] * (login != "portal") + [env.ref(group).id])],
            }
        )
    return users


def make_teams(env, company, users):
    members = {"jakarta": ("lead", "salesperson", "peer"), "bandung": ("other_lead", "seller")}
    return {
        name: env["crm.team"].create(
            {
                "name": name.title(),
                "company_id": company.id,
                "user_id": users[leader].id,
                "member_ids": [Command.set([users[login].id for login in logins])],
            }
        )
        for name, (leader, *logins) in members.items()
    }


def make_records(env, company, users, teams, pepper, customer):
    """One record of each model by the model's name."""
    env = env(context={**env.context, "allowed_company_ids": company.ids})
    salesperson, manager = users["salesperson"], users["manager"]
    of_salesperson = {"user_id": salesperson.id, "team_id": teams["jakarta"].id, "company_id": company.id}
    lead = env["crm.lead"].create(
        {"name": "Pepper", "type": "opportunity", "partner_id": customer.id, **of_salesperson}
    )
    interaction = env["sales.interaction"].create(
        {"lead_id": lead.id, "user_id": salesperson.id, "kind": "call", "note": "In confidence"}
    )
    visit = env["sales.visit"].create({"partner_id": customer.id, **of_salesperson})
    report_mail = env["sales.visit.report.mail"].create(
        {
            "user_id": users["lead"].id,
            "company_id": company.id,
            "date_from": "2026-01-01",
            "date_to": "2026-01-01",
            "state": "sent",
        }
    )
    order = env["sale.order"].create(
        {
            "partner_id": customer.id,
            **of_salesperson,
            "order_line": [Command.create({"product_id": pepper.id, "price_unit": 1000})],
            "credit_split_ids": [Command.create({"user_id": salesperson.id, "share": 100})],
        }
    )
    order.action_confirm()
    undivided = order.copy({"credit_split_ids": []})
    thin, approval = make_margin_approval(env, pepper, customer, of_salesperson)
    option = undivided.action_create_price_options(env["product.pricelist"].create({"name": "Retail"}).ids)
    person, audience = make_audience(env, company, customer)
    followed_up = make_followed_up_quotation(env, order)
    prices = make_prices(env, company, salesperson, pepper, customer)
    invoice = make_invoice(env, teams["jakarta"], salesperson, pepper, customer)
    make_invoice(env, teams["jakarta"], manager, pepper, customer)
    today = company._sales_today()
    metric = env["sales.metric"].create(
        {"name": "House metric", "code": "house", "basis": "invoiced", "company_id": company.id}
    )
    target = env["sales.target"].create(
        {"metric_id": metric.id, "user_id": salesperson.id, "team_id": teams["jakarta"].id, "amount": 2000}
    )
    revised, alert = make_followed_up_target(env, metric, salesperson, teams["jakarta"])
    profile = env["sales.target.profile"].create({"name": "Season"})
    plan = make_plan(env, "Salespeople", metric, salesperson)
    managers_plan = make_plan(env, "Managers", metric, manager)
    draft = plan.version_ids.copy({"date_from": "2030-01-01", "reason": "Later"})
    rule = draft.rule_ids
    by_days = rule.create(
        {
            "version_id": draft.id,
            "name": "By days to pay",
            "metric_id": env.ref("sales_tracking.metric_collected").id,
            "rate": 0.1,
            "earned_on": "days_to_pay",
            "payment_step_ids": [Command.create({"days": 30})],
        }
    )
    for each in plan + managers_plan:
        each.action_compute(today)
    team_assignment = env["sales.commission.assignment"].create(
        {
            "plan_id": env["sales.commission.plan"].create({"name": "Teams"}).id,
            "beneficiary": "team",
            "team_id": teams["jakarta"].id,
            "distribution_ids": [Command.create({"user_id": salesperson.id, "share": 100})],
        }
    )
    env["crm.lead"].create({"name": "To hand over", "user_id": users["peer"].id, "company_id": company.id})
    handover = env["sales.handover"].create({"leaver_id": users["peer"].id, "successor_id": salesperson.id})
    reassignment = env["sales.commission.reassignment"].create(
        {
            "res_model": "account.move",
            "res_id": invoice.id,
            "changed_by_id": manager.id,
            "company_id": company.id,
            "user_id": salesperson.id,
        }
    )
    entry = env["sales.commission.entry"].search([("plan_id", "=", plan.id)])
    return {
        "crm.lead": lead.id,
        "account.move": invoice.id,
        "mail.message": thin.message_ids[:1].id,
        "sale.order.line": thin.order_line[:1].id,
        "calendar.event": visit.event_id.id,
        "utm.medium": env.ref("utm.utm_medium_email").id,
        "sales.handover": handover.id,
        "sales.handover.line": handover.line_ids[:1].id,
        "sales.commission.reassignment": reassignment.id,
        "sale.order": undivided.id,
        "sales.interaction": interaction.id,
        "sales.interaction.log": env["sales.interaction.log"].with_user(salesperson).create({"kind": "call"}).id,
        "sales.interaction.backfill": env["sales.interaction.backfill"].create({}).id,
        "sales.interaction.outcome": env.ref("sales_tracking.sales_interaction_outcome_answered").id,
        "sales.visit": visit.id,
        "digest.digest": env["digest.digest"].create({"name": "Sales of the week"}).id,
        "sales.visit.recurrence": env["sales.visit.recurrence"].create({"visit_id": visit.id}).id,
        "sales.visit.report.mail": report_mail.id,
        **make_journey(env, company, salesperson, visit),
        **make_sent_report(env, salesperson),
        "sale.order.price.option": option.id,
        "sale.order.price.option.line": option.line_ids.id,
        "sales.price.update": env["sales.price.update"].with_user(manager).create({"order_id": undivided.id}).id,
        "sales.credit.split": order.credit_split_ids.id,
        "thin quotation": thin.id,
        "sales.margin.rule": env["sales.margin.rule"].search([], limit=1).id,
        "sales.margin.approval": approval.id,
        "sales.upsell.hint": make_upsell_hint(env, thin, salesperson).id,
        "crm.lead.stage.history": lead.stage_history_ids.id,
        "sales.funnel.report": env["sales.funnel.report"].search([("lead_id", "=", lead.id)], limit=1).id,
        "sales.achievement": env["sales.achievement"].search(
            [("res_model", "=", "account.move"), ("res_id", "=", invoice.id), ("basis", "=", "invoiced")]
        ).id,
        "sales.metric": metric.id,
        "sales.attribution.report": env["sales.attribution.report"].search(
            [("order_id", "=", order.id), ("model", "=", "last")]
        ).id,
        **prices,
        "sales.audience": audience.id,
        "sales.audience.tag": person.audience_tag_ids.id,
        "sales.quotation.cadence": followed_up.followup_cadence_id.id,
        "sales.quotation.cadence.step": followed_up.followup_cadence_id.step_ids.id,
        "sales.quotation.cadence.log": followed_up.followup_log_ids.id,
        "followed up quotation": followed_up.id,
        **make_dunning(env, company, salesperson),
        **make_calls_and_chats(env, company, users, customer),
        **make_forms_of_sale(env, company, users, teams["jakarta"], undivided),
        "sales.overdue.release": env["sales.overdue.release"]
        .with_user(manager)
        .create({"order_id": undivided.id, "reason": "Known"})
        .id,
        "sales.target": target.id,
        "sales.target.report": env["sales.target.report"].search([("target_id", "=", target.id)]).id,
        "sales.target.period": revised.period_ids[0].id,
        "sales.target.profile": profile.id,
        "sales.target.revision": revised.revision_ids.id,
        "sales.target.alert": alert.id,
        "sales.target.kept.fact": make_kept_fact(env, target),
        "sales.target.import": env["sales.target.import"].with_user(manager).create({}).id,
        "sales.target.allocate": env["sales.target.allocate"].with_user(manager).create({"target_id": target.id}).id,
        "revised target": revised.id,
        "sales.commission.plan": plan.id,
        "sales.commission.version": draft.id,
        "sales.commission.rule": rule.id,
        "sales.commission.tier": rule.tier_ids[0].id,
        "sales.commission.payment.step": by_days.payment_step_ids.id,
        "rule by days to pay": by_days.id,
        "sales.commission.assignment": plan.assignment_ids.id,
        "sales.commission.distribution": team_assignment.distribution_ids.id,
        "team assignment": team_assignment.id,
        "sales.commission.entry": entry.id,
        "sales.commission.statement": entry.statement_id.id,
        **make_settlement(env, entry, draft, users),
        "person": person.id,
        "approved version": (plan.version_ids - draft).id,
        "manager's statement": managers_plan._statements(today).id,
    }  # fmt: skip


def make_dunning(env, company, salesperson):
    """The salesperson's customer with an invoice that is promised and disputed, and a level that was skipped."""
    template = env.ref("sales_tracking.mail_template_dunning_reminder")
    policy = env["sales.dunning.policy"].create(
        {
            "name": "House policy",
            "company_id": company.id,
            "level_ids": [Command.create({"name": "Reminder", "delay": 7, "template_id": template.id})],
        }
    )
    customer = env["res.partner"].create(
        {"name": "Toko Dahlia", "is_company": True, "email": "dahlia@example.com", "user_id": salesperson.id}
    )
    invoice = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": customer.id,
            "invoice_user_id": salesperson.id,
            "invoice_date": "2026-01-01",
            "invoice_date_due": "2026-01-01",
            "invoice_line_ids": [Command.create({"name": "Pepper", "price_unit": 700, "tax_ids": []})],
        }
    )
    invoice.action_post()
    instalment = invoice.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
    account = env["sales.dunning.account"].create({"partner_id": customer.id, "company_id": company.id})
    account.action_skip()
    hold = {"account_id": account.id, "move_line_ids": [Command.set(instalment.ids)], "amount": 100}
    promise = env["sales.promise"].create({**hold, "date": "2040-01-01"})
    dispute = env["sales.dispute"].create({**hold, "reason": "quality"})
    return {
        "sales.dunning.policy": policy.id,
        "sales.dunning.level": policy.level_ids.id,
        "sales.dunning.account": account.id,
        "sales.dunning.reminder": account.reminder_ids.id,
        "sales.dunning.reminder.line": account.reminder_ids.line_ids.id,
        "sales.promise": promise.id,
        "sales.dispute": dispute.id,
        "sales.dunning.send": env["sales.dunning.send"].with_user(salesperson).create({}).id,
        "sales.receivable.report": instalment.id,
        "sales.receivable.performance": env["sales.receivable.performance"]
        .with_company(company)
        .search([("company_id", "=", company.id)], limit=1)
        .id,
        "sales.receivable.statement": env["sales.receivable.statement"].with_user(salesperson).create({}).id,
        "instalment": instalment.id,
        "debtor": customer.id,
    }


def make_calls_and_chats(env, company, users, customer):
    """A telephone line and a WhatsApp account, a number that called and wrote, and the dialogs of both."""
    salesperson = users["salesperson"]
    number = "+6281234567890"
    line = env["sales.phone.line"].create({"name": "Exchange", "company_id": company.id})
    extension = env["sales.phone.extension"].create({"line_id": line.id, "extension": "101", "user_id": salesperson.id})
    now = env.cr.now().replace(microsecond=0)
    of_salesperson = {"company_id": company.id, "user_id": salesperson.id, "number": number}
    call = env["sales.call"].create(
        {
            **of_salesperson,
            "line_id": line.id,
            "call_key": f"{line.id}/1",
            "direction": "in",
            "state": "missed",
            "date": now,
        }
    )
    waiting = env["sales.contact.inbox"].create({**of_salesperson, "last_date": now, "partner_id": customer.id})
    account = env["sales.chat.account"].create(
        {"name": "House number", "phone_number_id": "1", "company_id": company.id, "user_id": salesperson.id}
    )
    chat = env["sales.chat"].create(
        {
            **of_salesperson,
            "account_id": account.id,
            "partner_id": customer.id,
            "last_date": now,
            "last_in_date": now,
        }
    )
    message = env["sales.chat.message"].create(
        {
            "chat_id": chat.id,
            "account_id": account.id,
            "message_key": "1",
            "direction": "in",
            "date": now,
            "body": "In confidence",
            "state": "received",
        }
    )
    event = env["sales.chat.event"].create(
        {"account_id": account.id, "payload": "{}", "state": "failed", "attempts": 5, "error": "Not known"}
    )
    template = env["sales.chat.template"].create({"name": "Greeting", "body": "Hello", "company_id": company.id})
    call_list = env["sales.call.list.format"].create(
        {"company_id": company.id, "signature": "number", "roles": "number"}
    )
    own = env(user=salesperson)
    return {
        "sales.phone.line": line.id,
        "sales.phone.extension": extension.id,
        "sales.call": call.id,
        "sales.call.import": own["sales.call.import"].create({}).id,
        "sales.call.list.format": call_list.id,
        "sales.contact.inbox": waiting.id,
        "sales.chat.account": account.id,
        "sales.chat": chat.id,
        "sales.chat.message": message.id,
        "sales.chat.event": event.id,
        "sales.chat.template": template.id,
        "sales.chat.send": own["sales.chat.send"].create({"chat_id": chat.id, "body": "Hello"}).id,
        "sales.chat.import": own["sales.chat.import"].create({}).id,
    }


def make_forms_of_sale(env, company, users, team, order):
    """A tender, a consignment with a report, the terms of a form of sale, and a seller whom the salesperson brought."""
    salesperson = users["salesperson"]
    buyer = env["res.partner"].create({"name": "Kantor Kenanga", "is_company": True})
    tender = env["sales.tender"].create(
        {
            "name": "Pepper for a year",
            "partner_id": buyer.id,
            "company_id": company.id,
            "user_id": salesperson.id,
            "team_id": team.id,
            "deadline": "2040-01-01 00:00:00",
            "document_ids": [Command.create({"name": "Licence", "is_ready": True})],
            "competitor_ids": [Command.create({"partner_id": buyer.id, "price": 900})],
        }
    )
    # Consignments are made with Inventory alone, which this database is without.
    env.cr.execute(
        "INSERT INTO sales_consignment (partner_id, company_id, user_id, team_id, active) "
        "VALUES (%s, %s, %s, %s, TRUE) RETURNING id",
        [buyer.id, company.id, salesperson.id, team.id],
    )
    report = env["sales.consignment.report"].create(
        {
            "consignment_id": env.cr.fetchone()[0],
            "line_ids": [Command.create({"product_id": order.order_line[:1].product_id.id, "quantity": 1})],
        }
    )
    terms = env["sales.form.terms"].create(
        {"company_id": company.id, "sales_type": "wholesale", "minimum_quantity": 10}
    )
    sponsorship = env["sales.commission.sponsorship"].create(
        {"partner_id": buyer.id, "sponsor_id": salesperson.partner_id.id, "company_id": company.id}
    )
    env["account.journal"].create({"name": "Till", "type": "cash", "code": "TILL", "company_id": company.id})
    return {
        "sales.tender": tender.id,
        "sales.tender.document": tender.document_ids.id,
        "sales.tender.competitor": tender.competitor_ids.id,
        "sales.consignment": report.consignment_id.id,
        "sales.consignment.report": report.id,
        "sales.consignment.report.line": report.line_ids.id,
        "sales.form.terms": terms.id,
        "sales.cash.sale": env["sales.cash.sale"].with_user(users["accountant"]).create({"order_id": order.id}).id,
        "sales.commission.sponsorship": sponsorship.id,
    }


def make_followed_up_target(env, metric, salesperson, team):
    """A target of 2031 with months and a revision, and an alert that was given about it."""
    target = env["sales.target"].create(
        {
            "metric_id": metric.id,
            "user_id": salesperson.id,
            "team_id": team.id,
            "date_from": "2031-01-01",
            "date_to": "2031-12-31",
            "amount": 1200,
            "shape": "last_year",
        }
    )
    target.action_approve()
    env["sales.target.revision"].create(
        {"target_id": target.id, "date": "2031-02-01", "amount": 2400, "reason": "A larger team"}
    )
    alert = env["sales.target.alert"].create({"target_id": target.id, "kind": "behind", "date": "2031-03-01"})
    return target, alert


def make_kept_fact(env, target):
    """What a target would rest on had it been closed: only closing writes such rows."""
    env.cr.execute(
        """INSERT INTO sales_target_kept_fact (
            target_id, company_id, closed_on, counted, basis, res_model, res_id, line_id, amount
        ) VALUES (%s, %s, '2031-01-01', TRUE, 'ordered', 'sale.order', 1, 0, 100) RETURNING id""",
        [target.id, target.company_id.id],
    )
    return env.cr.fetchone()[0]


def make_followed_up_quotation(env, order):
    """A sent quotation with a cadence of its company, whose only step was skipped."""
    template = env.ref("sales_tracking.mail_template_quotation_reminder")
    env["sales.quotation.cadence"].create(
        {
            "name": "House cadence",
            "step_ids": [Command.create({"days": 3, "template_id": template.id})],
        }
    )
    quotation = order.copy({"credit_split_ids": []})
    quotation.action_quotation_sent()
    quotation.action_followup_skip()
    return quotation


def make_margin_approval(env, pepper, customer, of_salesperson):
    """A floor of 5 %, two quotations below it, and the approval that is asked for of the second one."""
    env["sales.margin.rule"].create({"floor": 5, "company_id": of_salesperson["company_id"]})
    thin, waiting = env["sale.order"].create(
        [
            {
                "partner_id": customer.id,
                **of_salesperson,
                "order_line": [Command.create({"product_id": pepper.id, "price_unit": 61})],
            }
            for _ in range(2)
        ]
    )
    return thin, env["sales.margin.approval"].create({"order_id": waiting.id, "reason": "In confidence"})


def make_journey(env, company, salesperson, visit):
    """A plan of the salesperson, the import of one, and what became of the visit."""
    plan = env["sales.journey.plan"].create(
        {"user_id": salesperson.id, "company_id": company.id, "date_from": "2026-01-05", "date_to": "2026-01-11"}
    )
    return {
        "sales.customer.class": env.ref("sales_tracking.customer_class_a").id,
        "sales.journey.plan": plan.id,
        "sales.journey.import": env["sales.journey.import"].with_user(salesperson).create({"plan_id": plan.id}).id,
        "sales.journey.report": env["sales.journey.report"].search([("visit_id", "=", visit.id)]).id,
    }


def make_sent_report(env, salesperson):
    subscription = env["sales.report.subscription"].with_user(salesperson).create(
        {"name": "Mine", "report_model": "sales.achievement", "row_groupbys": "basis", "format": "body"}
    )  # fmt: skip
    delivery = env["sales.report.delivery"].create(
        {
            "subscription_id": subscription.id,
            "user_id": salesperson.id,
            "day": "2026-01-01",
            "state": "failed",
            "tries": 3,
        }
    )
    return {"sales.report.subscription": subscription.id, "sales.report.delivery": delivery.id}


def make_upsell_hint(env, order, salesperson):
    values = {
        "order_id": order.id,
        "product_id": env["product.product"].create({"name": "Cloves"}).id,
        "bought_id": order.order_line.product_id.id,
        "also_bought": 4,
        "buyers": 5,
    }
    return env["sales.upsell.hint"].with_user(salesperson).sudo().create(values)


def make_audience(env, company, customer):
    """A contact of the customer with demographics, and the audience whose only member it is."""
    person = env["res.partner"].create(
        {
            "name": "Ibu Melati",
            "parent_id": customer.id,
            "birth_date": "1990-05-05",
            "gender": "female",
            "audience_tag_ids": [Command.create({"name": "Family Business"})],
        }
    )
    audience = env["sales.audience"].create(
        {"name": "Owners", "company_id": company.id, "domain": f"[('id', '=', {person.id})]"}
    )
    return person, audience


def make_prices(env, company, salesperson, pepper, customer):
    """Two price lists, the change of a rule, and what the salesperson compares and sends of them."""
    pricelists = env["product.pricelist"].create(
        [{"name": name, "company_id": company.id} for name in ("Retail", "Wholesale")]
    )
    rule = env["product.pricelist.item"].create(
        {
            "pricelist_id": pricelists[1].id,
            "applied_on": "1_product",
            "product_tmpl_id": pepper.product_tmpl_id.id,
            "fixed_price": 90,
        }
    )
    env.cr.flush()
    env = env(user=salesperson)
    difference = env["sales.pricelist.difference"].create(
        {"pricelist_a_id": pricelists[0].id, "pricelist_b_id": pricelists[1].id}
    )
    difference.action_compare()
    customer.specific_property_product_pricelist = pricelists[1]
    wizard = env["sales.pricelist.send"].create(
        {
            "pricelist_ids": [Command.set(pricelists.ids)],
            "partner_ids": [Command.set(customer.ids)],
            "with_pdf": False,
        }
    )
    sending = wizard._create_sending(wizard._plan())
    return {
        "product.price.history": env["product.price.history"].search([("rule_id", "=", rule.id)]).id,
        "sales.pricelist.difference": difference.id,
        "sales.pricelist.difference.line": difference.line_ids[:1].id,
        "sales.pricelist.send": wizard.id,
        "sales.pricelist.sending": sending.id,
        "sales.pricelist.sending.recipient": sending.recipient_ids.id,
        "pricelists": pricelists.ids,
    }


def make_invoice(env, team, user, pepper, customer):
    invoice = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": customer.id,
            "invoice_user_id": user.id,
            "team_id": team.id,
            "invoice_line_ids": [Command.create({"product_id": pepper.id, "price_unit": 1000, "tax_ids": []})],
        }
    )
    invoice.action_post()
    return invoice


def make_settlement(env, entry, version, users):
    """What people say about a statement, and what an administrator has at hand to settle it."""
    manager = env(user=users["manager"].id)
    adjustment = env(user=users["lead"].id)["sales.commission.adjustment"].create(
        {"statement_id": entry.statement_id.id, "amount": 5, "reason": "A mistake"}
    )
    dispute = env(user=users["salesperson"].id)["sales.commission.dispute"].create(
        {"entry_id": entry.id, "reason": "It should be more"}
    )
    simulation = manager["sales.commission.simulation"].create({"version_id": version.id})
    line = env["sales.commission.simulation.line"].create({"simulation_id": simulation.id, "scenario": "current"})
    payroll = env["sales.commission.payroll"].create({"company_id": entry.company_id.id, "date": "2026-01-01"})
    entry.plan_id._keep_facts(entry.statement_id)
    kept = env["sales.commission.kept.fact"].search([("statement_id", "=", entry.statement_id.id)], limit=1)
    return {
        "sales.commission.kept.fact": kept.id,
        "sales.commission.adjustment": adjustment.id,
        "sales.commission.dispute": dispute.id,
        "sales.commission.run": entry.plan_id.run_ids[:1].id,
        "sales.commission.payroll": payroll.id,
        "sales.commission.confirm": manager["sales.commission.confirm"].create({}).id,
        "sales.commission.simulation": simulation.id,
        "sales.commission.simulation.line": line.id,
    }


def make_plan(env, name, metric, user):
    tiers = [(0, 600, 0.05), (600, 0, 0.10)]
    rule = {
        "name": "Tiers",
        "metric_id": metric.id,
        "kind": "tiers",
        "tier_ids": [
            Command.create({"amount_from": lower, "amount_to": upper, "rate": rate}) for lower, upper, rate in tiers
        ],
    }
    plan = env["sales.commission.plan"].create(
        {
            "name": name,
            "version_ids": [Command.create({"rule_ids": [Command.create(rule)]})],
            "assignment_ids": [Command.create({"user_id": user.id})],
        }
    )
    plan.version_ids.action_approve()
    return plan
