"""Values of a new record of each model of the addons, from what tests/scripts/world.py made."""


def ledger_entry(world):
    return {
        "plan_id": world["records"]["sales.commission.plan"], "user_id": world["users"]["salesperson"],
        "version_id": world["records"]["approved version"], "rule_id": world["records"]["sales.commission.rule"],
        "statement_id": world["records"]["sales.commission.statement"], "company_id": world["company"],
        "partner_id": world["customer"], "role": "seller", "kind": "earned", "res_model": "account.move", "res_id": 1,
        "document_date": "2026-01-01", "date": "2026-01-01", "period_start": "2026-01-01",
        "origin_period_start": "2026-01-01", "base_amount": 1, "amount": 1,
    }


CREATE = {
    "sales.interaction": lambda world: {"kind": "other", "company_id": world["company"]},
    "sales.interaction.outcome": lambda world: {"name": "New"},
    "sales.visit": lambda world: {"partner_id": world["customer"], "company_id": world["company"]},
    "sales.visit.recurrence": lambda world: {"visit_id": world["records"]["sales.visit"]},
    "sales.customer.class": lambda world: {"name": "New"},
    "sales.journey.plan": lambda world: {
        "user_id": world["users"]["salesperson"], "company_id": world["company"], "date_from": "2026-01-05",
        "date_to": "2026-01-11"},
    "sales.journey.report": lambda world: {"visit_id": world["records"]["sales.visit"]},
    "sales.journey.import": lambda world: {"plan_id": world["records"]["sales.journey.plan"]},
    "sales.visit.report.mail": lambda world: {
        "user_id": world["users"]["lead"], "company_id": world["company"], "date_from": "2026-01-02",
        "date_to": "2026-01-02", "state": "sent"},
    "sales.comparison.report": lambda world: {"amount": 1},
    "sales.retention.report": lambda world: {"customers": 1},
    "sales.website.traffic": lambda world: {
        "day": "2026-01-01", "company_id": world["company"], "website_key": 1, "page": "/", "source_name": "",
        "medium_name": "", "campaign_name": ""},
    "sales.report.subscription": lambda world: {
        "name": "New", "report_model": "sales.achievement", "company_ids": [(6, 0, [world["company"]])]},
    "sales.report.delivery": lambda world: {
        "subscription_id": world["records"]["sales.report.subscription"], "user_id": world["users"]["lead"],
        "day": "2026-01-02"},
    "sales.interaction.log": lambda world: {"kind": "call"},
    "sales.interaction.backfill": lambda world: {"company_id": world["company"]},
    "sales.credit.split": lambda world: {
        "order_id": world["records"]["sale.order"], "user_id": world["users"]["salesperson"], "share": 100},
    "sales.margin.rule": lambda world: {
        "floor": 50, "team_id": world["teams"]["bandung"], "company_id": world["company"]},
    "sales.margin.approval": lambda world: {"order_id": world["records"]["thin quotation"], "reason": "New"},
    "sales.upsell.hint": lambda world: {
        "order_id": world["records"]["thin quotation"], "product_id": world["product"], "bought_id": world["product"]},
    "sale.order.price.option": lambda world: {
        "order_id": world["records"]["sale.order"], "name": "New", "currency_id": 1, "fingerprint": "none"},
    "sale.order.price.option.line": lambda world: {
        "option_id": world["records"]["sale.order.price.option"], "price_unit": 1},
    "sales.price.update": lambda world: {"order_id": world["records"]["sale.order"]},
    "sales.metric": lambda world: {"name": "New", "code": "new", "company_id": world["company"]},
    "sales.attribution.report": lambda world: {"model": "linear", "amount": 1},
    "product.price.history": lambda world: {"kind": "cost", "event": "changed", "date": "2026-01-01 00:00:00"},
    "sales.pricelist.difference": lambda world: {
        "pricelist_a_id": world["pricelists"][0], "pricelist_b_id": world["pricelists"][1],
        "company_id": world["company"]},
    "sales.pricelist.difference.line": lambda world: {
        "difference_id": world["records"]["sales.pricelist.difference"], "product_id": world["product"]},
    "sales.pricelist.send": lambda world: {
        "pricelist_ids": world["pricelists"], "partner_ids": [world["customer"]], "company_id": world["company"]},
    "sales.pricelist.sending": lambda world: {
        "user_id": world["users"]["salesperson"], "company_id": world["company"], "date": "2026-01-01"},
    "sales.pricelist.sending.recipient": lambda world: {
        "sending_id": world["records"]["sales.pricelist.sending"], "partner_id": world["customer"]},
    "sales.audience": lambda world: {"name": "New", "company_id": world["company"]},
    "sales.audience.tag": lambda world: {"name": "New"},
    "sales.quotation.cadence": lambda world: {"name": "New", "company_id": world["company"]},
    "sales.quotation.cadence.step": lambda world: {
        "cadence_id": world["records"]["sales.quotation.cadence"], "days": 5, "action": "activity"},
    "sales.quotation.cadence.log": lambda world: {
        "order_id": world["records"]["followed up quotation"], "company_id": world["company"], "step_name": "New",
        "cycle": 9, "result": "skipped", "due_date": "2031-01-01"},
    "sales.dunning.policy": lambda world: {"name": "New", "company_id": world["company"]},
    "sales.dunning.level": lambda world: {
        "policy_id": world["records"]["sales.dunning.policy"], "name": "New", "delay": 99},
    "sales.dunning.account": lambda world: {"partner_id": world["debtors"].pop(), "company_id": world["company"]},
    "sales.dunning.reminder": lambda world: {
        "account_id": world["records"]["sales.dunning.account"], "partner_id": world["records"]["debtor"],
        "company_id": world["company"], "level_name": "New", "day": "2026-01-01"},
    "sales.dunning.reminder.line": lambda world: {
        "reminder_id": world["records"]["sales.dunning.reminder"], "move_name": "New", "cycle": 9,
        "date_maturity": "2026-01-01", "currency_id": 1, "residual": 1},
    "sales.promise": lambda world: {
        "account_id": world["records"]["sales.dunning.account"], "amount": 1, "date": "2040-01-01",
        "move_line_ids": [world["records"]["instalment"]]},
    "sales.dispute": lambda world: {
        "account_id": world["records"]["sales.dunning.account"], "amount": 1, "reason": "price",
        "move_line_ids": [world["records"]["instalment"]]},
    "sales.dunning.send": lambda world: {},
    "sales.receivable.report": lambda world: {"move_line_id": world["records"]["instalment"]},
    "sales.receivable.performance": lambda world: {"month": "2026-01-01", "company_id": world["company"]},
    "sales.receivable.statement": lambda world: {"company_id": world["company"], "as_of": "2026-01-01"},
    "sales.overdue.release": lambda world: {"order_id": world["records"]["sale.order"], "reason": "New"},
    "sales.target": lambda world: {
        "metric_id": world["metrics"]["ordered"], "user_id": world["users"]["salesperson"], "amount": 1,
        "company_id": world["company"]},
    "sales.target.period": lambda world: {
        "target_id": world["records"]["sales.target"], "date_from": "2031-01-01", "date_to": "2031-01-31", "amount": 1},
    "sales.target.profile": lambda world: {"name": "New"},
    "sales.target.revision": lambda world: {
        "target_id": world["records"]["revised target"], "date": "2031-06-01", "amount": 5, "reason": "New"},
    "sales.target.alert": lambda world: {
        "target_id": world["records"]["sales.target"], "kind": "near", "date": "2031-01-01"},
    "sales.target.kept.fact": lambda world: {
        "target_id": world["records"]["sales.target"], "company_id": world["company"], "basis": "invoiced",
        "closed_on": "2031-01-01 00:00:00", "res_model": "sale.order", "res_id": 1, "line_id": 0},
    "sales.target.import": lambda world: {},
    "sales.target.allocate": lambda world: {"target_id": world["records"]["sales.target"]},
    "sales.phone.line": lambda world: {"name": "New", "company_id": world["company"]},
    "sales.phone.extension": lambda world: {
        "line_id": world["records"]["sales.phone.line"], "extension": "999", "user_id": world["users"]["salesperson"]},
    "sales.call": lambda world: {
        "company_id": world["company"], "call_key": "new", "direction": "in", "state": "missed",
        "date": "2026-01-01 00:00:00"},
    "sales.call.import": lambda world: {"company_id": world["company"]},
    "sales.call.list.format": lambda world: {"company_id": world["company"], "signature": "new", "roles": "number"},
    "sales.contact.inbox": lambda world: {"company_id": world["company"], "number": "+62811111111"},
    "sales.chat.account": lambda world: {"name": "New", "phone_number_id": "9", "company_id": world["company"]},
    "sales.chat": lambda world: {"company_id": world["company"], "number": "+62811111111"},
    "sales.chat.message": lambda world: {
        "chat_id": world["records"]["sales.chat"], "direction": "in", "date": "2026-01-01 00:00:00",
        "state": "received"},
    "sales.chat.event": lambda world: {"account_id": world["records"]["sales.chat.account"], "payload": "{}"},
    "sales.chat.template": lambda world: {"name": "New", "body": "New", "company_id": world["company"]},
    "sales.chat.send": lambda world: {"chat_id": world["records"]["sales.chat"], "body": "New"},
    "sales.chat.import": lambda world: {"company_id": world["company"]},
    "sales.tender": lambda world: {
        "name": "New", "partner_id": world["customer"], "deadline": "2040-01-01 00:00:00",
        "company_id": world["company"]},
    "sales.tender.document": lambda world: {"tender_id": world["records"]["sales.tender"], "name": "New"},
    "sales.tender.competitor": lambda world: {
        "tender_id": world["records"]["sales.tender"], "partner_id": world["person"]},
    "sales.consignment": lambda world: {"partner_id": world["person"], "company_id": world["company"]},
    "sales.consignment.report": lambda world: {"consignment_id": world["records"]["sales.consignment"]},
    "sales.consignment.report.line": lambda world: {
        "report_id": world["records"]["sales.consignment.report"], "product_id": world["product"], "quantity": 1},
    "sales.form.terms": lambda world: {"sales_type": "export", "company_id": world["company"]},
    "sales.cash.sale": lambda world: {"order_id": world["records"]["sale.order"]},
    "sales.commission.sponsorship": lambda world: {
        "partner_id": world["person"], "sponsor_id": world["customer"], "company_id": world["company"]},
    "sales.commission.plan": lambda world: {"name": "New", "company_id": world["company"]},
    "sales.commission.version": lambda world: {
        "plan_id": world["records"]["sales.commission.plan"], "date_from": "2031-01-01"},
    "sales.commission.rule": lambda world: {
        "version_id": world["records"]["sales.commission.version"], "name": "New",
        "metric_id": world["metrics"]["ordered"]},
    "sales.commission.tier": lambda world: {"rule_id": world["records"]["sales.commission.rule"], "rate": 0.5},
    "sales.commission.payment.step": lambda world: {"rule_id": world["records"]["rule by days to pay"], "days": 90},
    "sales.commission.assignment": lambda world: {
        "plan_id": world["records"]["sales.commission.plan"], "user_id": world["users"]["peer"]},
    "sales.commission.distribution": lambda world: {
        "assignment_id": world["records"]["team assignment"], "user_id": world["users"]["peer"], "share": 50},
    "crm.lead.stage.history": lambda world: {
        "lead_id": world["records"]["crm.lead"], "origin_lead_id": world["records"]["crm.lead"],
        "date_in": "2026-01-01 00:00:00", "date_out": "2026-01-02 00:00:00"},
    "sales.funnel.report": lambda world: {"reached": 1},
    "sales.achievement": lambda world: {"basis": "won", "amount": 1},
    "sales.target.report": lambda world: {"amount": 1},
    "sales.commission.entry": ledger_entry,
    "sales.commission.statement": lambda world: {
        "plan_id": world["records"]["sales.commission.plan"], "user_id": world["users"]["peer"],
        "company_id": world["company"], "period_start": "2031-01-01", "period_end": "2031-01-31"},
    "sales.commission.kept.fact": lambda world: {
        "plan_id": world["records"]["sales.commission.plan"], "company_id": world["company"],
        "statement_id": world["records"]["sales.commission.statement"], "partner_id": world["customer"],
        "kept_on": "2031-01-01 00:00:00", "basis": "invoiced", "res_model": "sale.order", "res_id": 1, "line_id": 0,
        "sequence": 1},
    "sales.commission.run": lambda world: {
        "plan_id": world["records"]["sales.commission.plan"], "period_start": "2031-01-01", "fingerprint": "none"},
    "sales.commission.adjustment": lambda world: {
        "statement_id": world["records"]["sales.commission.statement"], "amount": 5, "reason": "New"},
    "sales.commission.dispute": lambda world: {
        "entry_id": world["records"]["sales.commission.entry"], "reason": "New"},
    "sales.commission.payroll": lambda world: {"company_id": world["company"], "date": "2031-01-01"},
    "sales.commission.confirm": lambda world: {},
    "sales.commission.simulation": lambda world: {"version_id": world["records"]["sales.commission.version"]},
    "sales.commission.simulation.line": lambda world: {
        "simulation_id": world["records"]["sales.commission.simulation"], "scenario": "current"},
}
