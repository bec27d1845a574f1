"""Who may do what with the addons over RPC: the one table that test_access_writing and test_access_reading try.

What the table does not allow has to be refused. Fields and methods are found by looking into the server, so whatever
is new and open to somebody fails the tests until it is listed here with those who may, and why where that is no matter
of course.
"""

import os
from datetime import date

# Whether everything is tried by every door: some minutes of a processor rather than one.
IS_THOROUGH = bool(os.environ.get("ACCESS_TABLE"))

# The first that may create a record tries a new one field by field, the others with all fields at once.
ROLES = (
    "keeper",  # sales administrator of all companies
    "manager",  # sales administrator of the company
    "foreigner",  # sales administrator of another company
    "accountant",  # invoicing, no sales
    "lead",  # the salesperson's team lead
    "all_documents",  # salesperson who sees all documents
    "salesperson",  # own documents: those of the tests
    "seller",  # salesperson of another team
    "settings",  # administrator of the system, no sales
    "employee",
    "portal",  # a customer
)
KEEPERS = {"keeper"}
ADMINISTRATORS = {"keeper", "manager"}
ALL_ADMINISTRATORS = ADMINISTRATORS | {"foreigner"}
LEADS = ADMINISTRATORS | {"all_documents", "lead"}
SELLERS = LEADS | {"salesperson"}  # of the documents of the tests
COMPANY_SELLERS = SELLERS | {"seller"}
ALL_SELLERS = COMPANY_SELLERS | {"foreigner"}
ACCOUNTANTS = {"accountant"}
COLLECTORS = SELLERS | ACCOUNTANTS
SYSTEM = {"settings"}
EMPLOYEES = ALL_SELLERS | ACCOUNTANTS | SYSTEM | {"employee"}
AUTHORS = {"manager", "salesperson"}  # of the dialogs, which nobody else finds
NOBODY = set()
# What the papers of an export need: of the people who sell, ship and invoice.
EXPORT = (
    "incoterm incoterm_location port_of_loading port_of_discharge vessel consignee_id notify_partner_id "
    "shipping_marks package_count package_kind gross_weight measurement bill_of_lading bill_of_lading_date "
    "bill_of_lading_scan bill_of_lading_scan_name"
)

# ---- Writing

# The stored fields that people enter, by model, and who may. All others are set by actions alone and refused at every
# door: states, clocks, identities, tokens, captured facts, authors and rows of ledgers.
ENTERED = {
    "account.move": [(ACCOUNTANTS, "sales_type dunning_policy_id")],
    "crm.lead": [(SELLERS, "entry_point")],
    "res.company": [
        (
            SYSTEM,
            "sales_tz money_account_ids sales_commission_write_off_is_cash sales_commission_down_payment "
            "attribution_lookback attribution_half_life dunning_automatic dunning_hour dunning_user_id "
            "portal_promise_share portal_promise_days overdue_order_policy overdue_order_days "
            "overdue_order_amount quotation_followup_automatic quotation_followup_hour quotation_auto_cancel "
            "quotation_auto_cancel_days visit_policy visit_radius visit_open_hours map_tile_url map_tile_attribution "
            "visit_report_frequency "
            "visit_report_hour visit_report_since visit_position_months sales_target_alert sales_target_alert_pace "
            "sales_target_alert_attainment sales_commission_product_id sales_commission_account_id "
            "sales_commission_bill_lines chat_text_kept chat_text_months call_recording_months",
        ),
    ],
    "digest.digest": [
        (SYSTEM, "kpi_sales_ordered kpi_sales_collected kpi_sales_won kpi_sales_visits kpi_sales_overdue"),
    ],
    "res.partner": [
        (COMPANY_SELLERS, "sales_type"),
        (
            ALL_SELLERS,
            "birth_date gender audience_tag_ids no_quotation_followup customer_class_id visit_weekday visit_hour",
        ),
        (ADMINISTRATORS, "overdue_order_policy"),
        # Each for one's own company.
        (ALL_ADMINISTRATORS, "commission_agent_id"),
    ],
    "sale.order": [
        (SELLERS, "commission_agent_id followup_paused followup_resume_on no_followup visit_id tender_id"),
        (LEADS, "credit_split_ids"),
        (COLLECTORS, f"sales_type {EXPORT}"),
    ],
    "sale.order.line": [(COLLECTORS, "pricelist_id technical_discount")],
    "sales.audience": [(ADMINISTRATORS, "name sequence active description color company_id domain")],
    "sales.audience.tag": [(KEEPERS, "name color active")],
    "sales.chat.account": [
        (SYSTEM, "name active phone_number_id token app_secret verify_token user_id team_id"),
    ],
    "sales.chat.template": [
        (ADMINISTRATORS, "name sequence active company_id model body provider_name provider_language"),
    ],
    "sales.commission.adjustment": [(LEADS, "kind amount reason statement_id")],
    "sales.commission.assignment": [
        (
            ADMINISTRATORS,
            "plan_id beneficiary user_id agent_id team_id distribution_ids role managed_user_id "
            "managed_team_id date_from date_to draw_amount draw_recoverable payout_currency_id",
        ),
    ],
    "sales.commission.dispute": [(ADMINISTRATORS, "granted_amount answer")],
    "sales.commission.distribution": [(ADMINISTRATORS, "assignment_id sequence user_id share")],
    "sales.commission.payment.step": [(ADMINISTRATORS, "rule_id days share")],
    "sales.commission.plan": [(ADMINISTRATORS, "name active assignment_ids approver_id")],
    "sales.commission.rule": [
        (
            ADMINISTRATORS,
            "name sequence application role metric_id kind rate unit_amount uom_id tier_mode attainment_mode "
            "override_level invoiced_share earned_on payment_step_ids threshold deal_cap period_floor "
            "period_cap continues_id",
        ),
    ],
    "sales.commission.sponsorship": [(ADMINISTRATORS, "partner_id sponsor_id company_id date_from date_to")],
    "sales.commission.tier": [(ADMINISTRATORS, "amount_from amount_to rate attainment payout")],
    "sales.commission.version": [(ADMINISTRATORS, "plan_id date_from date_to reason")],
    "sales.consignment": [(SELLERS, "partner_id user_id team_id active")],
    "sales.consignment.report": [(SELLERS, "date sheet sheet_name")],
    "sales.consignment.report.line": [(SELLERS, "product_id quantity price_unit")],
    # Whose the number is.
    "sales.contact.inbox": [(SELLERS, "partner_id")],
    "sales.credit.split": [(LEADS, "order_id sequence user_id share")],
    "sales.dispute": [(COLLECTORS, "user_id amount note move_line_ids reason date")],
    "sales.dunning.account": [(COLLECTORS, "user_id policy_id no_followup paused_until pause_reason")],
    "sales.dunning.level": [
        (
            ADMINISTRATORS,
            "policy_id name delay min_days mode minimum_amount send_mail template_id attach_invoices "
            "print_letter send_sms text activity_type_id activity_summary activity_user_id fee "
            "charge_interest chat_template_id",
        ),
    ],
    "sales.dunning.policy": [
        (
            ADMINISTRATORS,
            "name active sequence company_id catch_up quiet_days grace_days interest_rate charge_product_id "
            "level_ids currency_id",
        ),
    ],
    "sales.form.terms": [(ADMINISTRATORS, "company_id sales_type categ_id minimum_quantity is_binding pricelist_id")],
    "sales.handover": [(ADMINISTRATORS, "successor_id")],
    # A lead hands the work of a member over to other members.
    "sales.handover.line": [(LEADS, "is_included successor_id")],
    "sales.interaction": [
        (
            SELLERS,
            "kind direction outcome_id date duration note is_touchpoint order_id lead_id partner_id contact_address "
            "user_id team_id",
        ),
    ],
    "sales.interaction.backfill": [(ADMINISTRATORS, "date_from")],
    "sales.interaction.outcome": [(KEEPERS, "name sequence kind is_touchpoint expects_order visit_result active")],
    "sales.margin.approval": [(LEADS, "answer")],
    "sales.margin.rule": [
        (ADMINISTRATORS, "company_id team_id categ_id floor action lead_floor approver_id unknown_cost"),
    ],
    "sales.customer.class": [(KEEPERS, "name sequence active color company_id frequency interval_weeks visit_hours")],
    "sales.journey.plan": [
        (LEADS, "user_id"),
        (SELLERS, "company_id date_from date_to start_partner_id"),
    ],
    "sales.metric": [(ADMINISTRATORS, "name code sequence active direction group_by")],
    "sales.phone.extension": [(ADMINISTRATORS | SYSTEM, "extension user_id")],
    "sales.phone.line": [(SYSTEM, "name active secret")],
    "sales.promise": [(COLLECTORS, "user_id amount note move_line_ids date is_rest_held")],
    "sales.quotation.cadence": [(ADMINISTRATORS, "name active sequence company_id team_ids tag_ids step_ids")],
    "sales.quotation.cadence.step": [
        (
            ADMINISTRATORS,
            "cadence_id sequence days moment action template_id activity_type_id summary responsible user_id "
            "chat_template_id",
        ),
    ],
    # Who made it, and administrators, who alone send to other people.
    "sales.report.subscription": [
        (
            ADMINISTRATORS | {"salesperson"},
            "name active domain period frequency weekday day_of_month working_day hour format skip_if_empty",
        ),
        (KEEPERS, "company_ids"),
        (ADMINISTRATORS, "user_ids group_ids team_ids"),
    ],
    "sales.target": [
        (
            ADMINISTRATORS,
            "metric_id period_kind date_from date_to scope team_id user_id categ_id segment_id country_id "
            "source_id amount shape profile_id step parent_id is_locked weight company_id with_branches",
        ),
    ],
    "sales.target.profile": [
        (
            KEEPERS,
            "name active company_id share_01 share_02 share_03 share_04 share_05 share_06 share_07 share_08 "
            "share_09 share_10 share_11 share_12",
        ),
    ],
    "sales.tender": [
        (
            SELLERS,
            "name reference partner_id company_id user_id team_id lead_id deadline opening_date currency_id "
            "bid_amount order_ids bond_amount bond_issuer_id bond_valid_until bond_state "
            "bond_returned_on lost_reason_id result_note",
        ),
    ],
    "sales.tender.competitor": [(SELLERS, "partner_id price is_winner note")],
    "sales.tender.document": [(SELLERS, "sequence name is_required is_ready file file_name")],
    "sales.visit": [
        (LEADS, "user_id"),
        (
            SELLERS,
            "team_id company_id partner_id lead_id order_id purpose date_start planned_hours date_stop "
            "sequence note next_action_type_id next_action_summary next_action_date unvisited_reason_id",
        ),
    ],
    "sales.visit.recurrence": [(SELLERS, "interval unit end_type count until")],
    "utm.medium": [(EMPLOYEES, "channel_kind")],
}

# Given with a new record, by whoever may create one, and refused afterwards.
GIVEN = {
    # Posting writes its own moment over it.
    "account.move": "sales_posted_on",
    "sales.chat.account": "company_id",
    "sales.commission.plan": (
        "company_id with_branches period overrides_follow clawback_days credit_notes_count pay_after_leaving"
    ),
    "sales.commission.rule": "version_id",
    # The goods lie in a location of the company.
    "sales.consignment": "company_id",
    "sales.consignment.report": "consignment_id",
    "sales.consignment.report.line": "report_id",
    "sales.dunning.account": "partner_id company_id",
    "sales.handover": "leaver_id company_id",
    # The key of a telephone system, so that a call is logged once; those of Odoo's documents are refused.
    "sales.interaction": "source_key company_id",
    "sales.interaction.backfill": "company_id",
    "sales.margin.approval": "reason",
    # What closed targets were measured by does not change.
    "sales.metric": "company_id basis measure domain",
    "sales.phone.extension": "line_id",
    "sales.phone.line": "company_id",
    "sales.report.subscription": "report_model view_type row_groupbys column_groupbys measures chart_mode",
    "sales.target.revision": "date amount reason",
    "sales.tender.competitor": "tender_id",
    "sales.tender.document": "tender_id",
    # Computed: true of a copy, too, that its person makes on its own day.
    "sales.visit": "is_unplanned",
    "sales.visit.recurrence": "visit_id",
}

# Arguments of the methods that need any, by "model.method".
ARGUMENTS = {
    "ir.filters.get_filters": lambda world: {"model": "sale.order"},
    "sale.order.action_create_price_options": lambda world: {"pricelist_ids": world["pricelists"][:1]},
    "sale.order.action_use_pricelist": lambda world: {"pricelist_id": world["pricelists"][0]},
    "sales.commission.plan.action_compute": lambda world: {"date": date.today().isoformat()},
    "sales.commission.version.simulate": lambda world: {"date_from": "2026-01-01", "date_to": "2026-01-31"},
    "sales.reconciliation.report.get_bridge": lambda world: {"date_from": "2026-01-01", "date_to": "2026-12-31"},
    "sales.interaction.log_tapped_call": lambda world: {"number": "+628123456789", "seconds": 60},
    "sales.interaction.action_backfill": lambda world: {"date_from": "2100-01-01"},
    "sales.metric.get_value": lambda world: {"date_from": "2026-01-01", "date_to": "2026-12-31"},
}
# The public methods that change something, by model, and for whom. For everybody else, and all other methods for
# everybody, a call changes no row; and nobody is told anything about a record that he or she may not read.
CHANGES = {
    "account.move": [(ACCOUNTANTS, "button_cancel")],
    "res.partner": [(ADMINISTRATORS | {"foreigner", "all_documents"} | ACCOUNTANTS, "action_view_dunning")],
    "sale.order": [
        (SELLERS, "action_create_price_options action_followup_pause action_followup_resume action_use_pricelist"),
    ],
    "sale.order.price.option": [(SELLERS, "action_apply action_decline")],
    "sales.call": [(SELLERS, "action_create_lead")],
    "sales.cash.sale": [(ACCOUNTANTS, "action_collect")],
    "sales.chat.event": [(SYSTEM, "action_retry")],
    "sales.chat.send": [(SELLERS, "action_open_whatsapp action_send")],
    "sales.commission.adjustment": [(ADMINISTRATORS, "action_post action_refuse")],
    "sales.commission.payroll": [(ADMINISTRATORS, "action_cancel")],
    "sales.commission.plan": [
        (ADMINISTRATORS, "action_close action_reopen action_compute action_compute_now cron_compute"),
    ],
    "sales.commission.statement": [(ADMINISTRATORS, "action_compute action_confirm action_send")],
    "sales.commission.version": [(ADMINISTRATORS, "action_approve action_new_version")],
    "sales.contact.inbox": [(SELLERS, "action_create_lead action_ignore action_link")],
    "sales.dispute": [(COLLECTORS, "action_accept action_reject action_reopen")],
    "sales.dunning.account": [(COLLECTORS, "action_pause action_restart action_resume")],
    "sales.handover": [(ADMINISTRATORS | {"lead"}, "action_hand_over")],
    "sales.interaction": [(ALL_SELLERS, "log_tapped_call")],
    "sales.interaction.backfill": [(ADMINISTRATORS, "action_preview action_start")],
    "sales.interaction.log": [(ALL_SELLERS, "action_log")],
    # The approver of the quotation's team, and administrators.
    "sales.margin.approval": [(ADMINISTRATORS | {"lead"}, "action_approve")],
    "sales.overdue.release": [(ADMINISTRATORS, "action_release")],
    "sales.phone.line": [(SYSTEM, "action_renew_secret")],
    "sales.price.update": [(SELLERS, "action_keep action_replace")],
    "sales.promise": [(COLLECTORS, "action_cancel")],
    "sales.report.delivery": [(ADMINISTRATORS | {"salesperson"}, "action_retry")],
    "sales.report.subscription": [({"salesperson"}, "action_leave")],
    "sales.target": [(ADMINISTRATORS, "action_approve")],
    "sales.tender": [(SELLERS, "action_submit action_withdraw")],
    # Hints are their reader's own.
    "sales.upsell.hint": [({"salesperson"}, "action_add")],
    "sales.visit": [
        (SELLERS, "action_cancel action_cancel_following"),
        ({"salesperson"}, "action_check_in"),
        # When the board was last looked at is kept on the teams of the reader.
        (LEADS | {"foreigner"}, "get_live_board"),
    ],
    "sales.visit.recurrence": [(SELLERS, "action_apply")],
}

# ---- Reading

# Who finds records of a model; all fields are for them. Of models that are not listed, SELLERS.
FINDS = {
    "digest.digest": EMPLOYEES,
    "product.price.history": ALL_SELLERS,
    "sales.audience": COMPANY_SELLERS,
    "sales.audience.tag": ALL_SELLERS,
    "sales.call.list.format": SYSTEM,
    "sales.cash.sale": ACCOUNTANTS,
    "sales.chat.account": COMPANY_SELLERS | SYSTEM,
    "sales.chat.event": SYSTEM,
    "sales.chat.template": ALL_SELLERS | ACCOUNTANTS,
    "sales.commission.payroll": ADMINISTRATORS,
    "sales.commission.run": ADMINISTRATORS,
    "sales.dispute": COLLECTORS,
    "sales.dunning.account": COLLECTORS,
    "sales.dunning.charge.report": ACCOUNTANTS,
    "sales.dunning.level": ALL_SELLERS | ACCOUNTANTS,
    "sales.dunning.policy": ALL_SELLERS | ACCOUNTANTS,
    "sales.dunning.reminder": COLLECTORS,
    "sales.dunning.reminder.line": COLLECTORS,
    "sales.form.terms": COMPANY_SELLERS,
    "sales.handover": LEADS,
    "sales.handover.line": LEADS,
    "sales.interaction.backfill": ADMINISTRATORS,
    "sales.interaction.outcome": ALL_SELLERS,
    "sales.margin.rule": COMPANY_SELLERS,
    "sales.customer.class": ALL_SELLERS,
    "sales.metric": ALL_SELLERS,
    "sales.phone.extension": ADMINISTRATORS | SYSTEM,
    "sales.phone.line": ADMINISTRATORS | SYSTEM,
    "sales.promise": COLLECTORS,
    "sales.quotation.cadence": ALL_SELLERS,
    "sales.quotation.cadence.step": ALL_SELLERS,
    "sales.receivable.performance": ADMINISTRATORS | ACCOUNTANTS,
    "sales.receivable.report": COLLECTORS,
    "sales.report.delivery": ADMINISTRATORS | {"salesperson"},
    "sales.report.subscription": ADMINISTRATORS | {"salesperson"},
    "sales.target.profile": ALL_SELLERS,
    "sales.visit.report.mail": LEADS,
    "sales.website.traffic": COMPANY_SELLERS,
}
# Fields that not everybody may read who finds the record.
HIDDEN = {
    "sales.call.import.line_id": ADMINISTRATORS,
    "sales.call.line_id": ADMINISTRATORS,
    "sales.chat.account.app_secret": SYSTEM,
    "sales.chat.account.token": SYSTEM,
    "sales.chat.account.verify_token": SYSTEM,
    "sales.chat.message.file_key": SYSTEM,
    "sales.commission.plan.run_ids": ADMINISTRATORS,
    "sales.commission.statement.access_token": NOBODY,
    "sales.commission.statement.mail_id": NOBODY,
    "sales.dunning.account.access_token": NOBODY,
    "sales.dunning.account.interaction_count": SELLERS,
    "sales.margin.approval.fingerprint": NOBODY,
    "sales.phone.line.secret": SYSTEM,
    "sales.pricelist.sending.recipient.mail_id": NOBODY,
}
# Who may read the fields of the addons on models of Odoo; nobody reads one that is not listed.
READ = {
    "account.invoice.report": [(ACCOUNTANTS, "sales_type")],
    "account.move": [
        (COLLECTORS, "commission_agent_id sales_type dunning_policy_id is_awaiting_delivery"),
        (SELLERS, "commission_statement_ids"),
        (ACCOUNTANTS, "sales_posted_on"),
    ],
    "crm.lead": [(SELLERS, "visit_count interaction_count entry_point entry_stage_id stage_history_ids")],
    "crm.team": [(LEADS | {"foreigner"}, "board_seen")],
    "mail.mail": [(SYSTEM, "is_auto_reply")],
    "mail.message": [(COLLECTORS, "is_auto_reply")],
    "res.company": [
        # Settings of the company, which say nothing about a person or customer.
        (
            EMPLOYEES,
            "visit_position_months sales_tz money_account_ids sales_commission_write_off_is_cash "
            "sales_commission_down_payment attribution_lookback attribution_half_life dunning_automatic dunning_hour "
            "dunning_user_id "
            "portal_promise_share portal_promise_days overdue_order_policy overdue_order_days overdue_order_amount "
            "quotation_followup_automatic quotation_followup_hour quotation_auto_cancel quotation_auto_cancel_days "
            "visit_policy visit_radius visit_open_hours map_tile_url map_tile_attribution visit_report_frequency "
            "visit_report_hour visit_report_since "
            "sales_target_alert sales_target_alert_pace sales_target_alert_attainment sales_commission_product_id "
            "sales_commission_account_id sales_commission_bill_lines chat_text_kept chat_text_months "
            "call_recording_months",
        ),
    ],
    "res.partner": [
        (
            ALL_SELLERS,
            "visit_count interaction_count birth_date age age_band gender audience_tag_ids "
            "no_quotation_followup customer_class_id visit_weekday visit_hour last_visit_day "
            "days_since_visit visit_overdue_days",
        ),
        (
            ALL_SELLERS | ACCOUNTANTS,
            "sales_type dunning_account_ids receivable_open receivable_overdue receivable_overdue_days payment_delay "
            "payment_score commission_agent_id",
        ),
        (ALL_ADMINISTRATORS | ACCOUNTANTS, "overdue_order_policy"),
    ],
    "res.users": [
        (
            ALL_SELLERS,
            "visit_count interaction_count birth_date age age_band gender audience_tag_ids "
            "no_quotation_followup sales_extensions customer_class_id visit_weekday visit_hour "
            "last_visit_day days_since_visit visit_overdue_days",
        ),
        (
            ALL_SELLERS | ACCOUNTANTS,
            "sales_type dunning_account_ids receivable_open receivable_overdue receivable_overdue_days payment_delay "
            "payment_score commission_agent_id",
        ),
        (ALL_ADMINISTRATORS | ACCOUNTANTS, "overdue_order_policy"),
    ],
    "sale.order": [
        (COLLECTORS, f"commission_agent_id sales_type overdue_notice overdue_level net_weight {EXPORT}"),
        (
            SELLERS,
            "interaction_count credit_split_ids price_option_ids margin_approval_ids margin_can_decide "
            "margin_request_reason margin_decision_answer margin_guard_state margin_guard_explanation followup_sent_at "
            "followup_cycle followup_paused followup_resume_on no_followup followup_state followup_attention "
            "followup_cadence_id followup_step_id followup_date followup_is_automatic followup_error followup_log_ids "
            "followup_log_count followup_plan visit_id tender_id",
        ),
        (
            ADMINISTRATORS,
            "overdue_release_reason overdue_release_partner_id overdue_release_customer_id overdue_release_user_id",
        ),
    ],
    "sale.order.line": [
        (COLLECTORS, "pricelist_id price_rule_id price_source technical_discount is_price_manual"),
    ],
    "sale.report": [(SELLERS, "sales_type")],
    "utm.medium": [(EMPLOYEES, "channel_kind channel")],
}
# Figures on contacts, whom everybody reads: for whom they say something about the salesperson's customer.
FIGURES = {
    "visit_count": SELLERS,
    "interaction_count": SELLERS,
    "receivable_open": COLLECTORS,
    "receivable_overdue": COLLECTORS,
    "receivable_overdue_days": COLLECTORS,
    "payment_delay": COLLECTORS,
    "payment_score": COLLECTORS,
}


def roles_by_name(rows):
    """The roles of each name of rows `(roles, "names")`."""
    return {name: roles for roles, names in rows for name in names.split()}
