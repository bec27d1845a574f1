"""A company of a given size, for benchmarks: two years of sales of 200 people, in SQL from samples that the ORM made.

``facts`` are the lines of its orders and invoices. A million of them come with 50,000 customers (a fifth of whom owe
something overdue, one of them 2,000 invoices), 100,000 orders and as many invoices and 860,000 journal items, 50,000
leads with their stays, 200,000 messages, 200,000 interactions, 20,000 visits, 5,000 quotations sent, 2,400 targets and
a plan of commission for all. Nothing is random: the n-th document of two companies of one size is the same.

Logins, with "p" as password: `p1` sees the own documents, `p0` those of the team too, `manager` all, `accountant` has
the payments.

Arguments: what to make (core documents, which need no addon of ours, or the suite's own), the database and the facts.
"""

import sys

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.fields import Command, Domain
from odoo.tools import SQL

from dev.benchmarks import measure
from dev.benchmarks.multiply import multiply, vacuum

PEOPLE = 200
TEAM = 20
DAYS = 730
LINES = 5
PRODUCTS = 40
MONTHS = 12
BIG_DEBT = 2_000
# Moves the n-th document to another customer than the (n + 1)-th; a prime, so that each customer has its turn.
STEP = 7919


class Size:
    def __init__(self, facts):
        self.documents = facts // 2 // LINES
        self.customers = self.leads = facts // 20
        self.messages = self.interactions = facts // 5
        self.quotations = facts // 200
        self.visits = facts // 50


def make_core(env, size):
    """Everything that Odoo alone holds."""
    people = _make_people(env)
    # Millions of checks of foreign keys, on tables without statistics, would take hours.
    env.cr.execute(SQL("SET LOCAL session_replication_role = replica"))
    customer = _make_customers(env, size)
    _number_documents(env, size, people, customer)
    lead = _make_leads(env, size)
    order = _make_documents(env, size, lead)
    _make_messages(env, size, customer, lead, order)


def make_suite(env, size):
    """What the addons hold besides, in a database with the core's documents in which they have been installed."""
    for team in env["crm.team"].search([("name", "=like", "Team %")]):
        team.user_id.group_ids += env.ref("sales_tracking.group_team_lead")
    env.flush_all()
    env.cr.execute(SQL("SET LOCAL session_replication_role = replica"))
    env.cr.execute(SQL("UPDATE sale_order SET followup_sent_at = date_order WHERE state = 'sent'"))
    _make_splits(env)
    _make_interactions(env, size)
    _make_visits(env, size)
    _make_targets(env)
    # The engines are to find the database as it has been running for a while.
    vacuum(env)
    _make_commissions(env)
    vacuum(env)


def _make_people(env):
    users = env["res.users"].with_context(no_reset_password=True)
    everyone = [
        ("manager", "sales_team.group_sale_manager"),
        ("accountant", "account.group_account_manager"),
        *((f"p{index}", "sales_team.group_sale_salesman") for index in range(PEOPLE)),
    ]
    employee = env.ref("base.group_user")
    made = users.create(
        [
            {
                "name": f"Person {login[1:]}" if login.startswith("p") else login.title(),
                "login": login,
                "email": f"{login}@example.com",
                "group_ids": [Command.set([employee.id, env.ref(group).id])],
            }
            for login, group in everyone
        ]
    )
    # Hashing is slow on purpose: one hash serves all.
    made[0].password = "p"
    env.flush_all()
    env.cr.execute(
        SQL(
            "UPDATE res_users SET password = sample.password FROM res_users sample "
            "WHERE sample.id = %s AND res_users.id IN %s",
            made[0].id,
            tuple(made.ids),
        )
    )
    people = made[-PEOPLE:]
    for number in range(PEOPLE // TEAM):
        members = people[number * TEAM : (number + 1) * TEAM]
        env["crm.team"].create(
            {"name": f"Team {number}", "user_id": members[0].id, "member_ids": [Command.set(members.ids)]}
        )
    return people


def _make_customers(env, size):
    """Customers of five countries with three tags; one in fifty has a contact besides.

    :return: SQL of the id of a customer, a function of its number
    """
    tags = env["res.partner.category"].create([{"name": f"Segment {index}"} for index in range(3)])
    countries = env["res.country"].search([("code", "in", ("ID", "SG", "DE", "US", "VN"))], order="code")
    sample = env["res.partner"].create(
        {"name": "Customer", "is_company": True, "email": "customer@example.com", "customer_rank": 1}
    )
    customer = multiply(
        env,
        sample,
        SQL("generate_series(0, %s) AS n", size.customers - 1),
        {
            "name": SQL("'Customer ' || made.n"),
            "complete_name": SQL("'Customer ' || made.n"),
            "email": SQL("'customer' || made.n || '@example.com'"),
            "email_normalized": SQL("'customer' || made.n || '@example.com'"),
            "country_id": SQL("(%s::int[])[1 + made.n %% %s]", countries.ids, len(countries)),
            "commercial_partner_id": SQL("%s + made.n", sample.id + 1),
        },
    )
    first = sample.id + 1
    assert env.execute_query(SQL("SELECT %s", customer(SQL("0")))) == [(first,)]
    contact = env["res.partner"].create({"name": "Contact", "parent_id": sample.id, "email": "contact@example.com"})
    multiply(
        env,
        contact,
        SQL("generate_series(0, %s) AS n", size.customers // 50 - 1),
        {
            "parent_id": customer(SQL("50 * made.n")),
            "commercial_partner_id": customer(SQL("50 * made.n")),
            "complete_name": SQL("'Customer ' || 50 * made.n || ', Contact'"),
        },
    )
    env.cr.execute(
        SQL(
            "INSERT INTO res_partner_res_partner_category_rel (partner_id, category_id) "
            "SELECT %s, (%s::int[])[1 + n %% 3] FROM generate_series(0, %s) AS n",
            customer(SQL("n")),
            tags.ids,
            size.customers - 1,
        )
    )
    return customer


def _number_documents(env, size, people, customer):
    """Make tables of who sold to whom on which day, for each number of a document and of a lead.

    One of five customers has an invoice that stays open. The last rows are those of the one with many of them. Each
    second order may have come from a lead, of the same customer.
    """
    env.cr.execute(
        SQL(
            """
            CREATE TEMP TABLE bench_document AS
            SELECT
                n, n AS number, customer_number, %(customer)s AS partner_id, person_number,
                (%(people)s::int[])[1 + person_number] AS user_id,
                (%(teams)s::int[])[1 + person_number / %(team_size)s] AS team_id,
                moment, (moment + interval '3 days')::date AS invoice_date,
                (moment + interval '33 days')::date AS due,
                (moment + interval '28 days')::date AS paid_on,
                NOT is_owed AND moment < now() - interval '30 days' AS is_paid
            FROM (
                SELECT
                    n, (n %% %(customers)s * %(step)s) %% %(customers)s AS customer_number,
                    (n %% %(customers)s * %(step)s) %% %(customers)s %% %(count)s AS person_number,
                    (13 * (n %% %(customers)s) + n / %(customers)s) %% 10 = 0 AS is_owed,
                    date_trunc('day', now() AT TIME ZONE 'UTC') - interval '3 days' + interval '8 hours'
                        + (n %% 9) * interval '1 hour'
                        - ((%(documents)s - n)::bigint * %(days)s / %(documents)s) * interval '1 day' AS moment
                FROM generate_series(0::bigint, %(last)s) AS n
                UNION ALL
                SELECT
                    n, 0, 0, TRUE,
                    date_trunc('day', now() AT TIME ZONE 'UTC') - (40 + n %% 300) * interval '1 day'
                FROM generate_series(%(documents)s, %(documents)s + %(debt)s - 1) AS n
            ) numbered
            """,
            customer=customer(SQL("customer_number")),
            people=people.ids,
            teams=[team.id for team in people.sale_team_id.sorted("id")],
            team_size=TEAM,
            customers=size.customers,
            count=PEOPLE,
            step=STEP,
            documents=size.documents,
            days=DAYS,
            debt=BIG_DEBT,
            last=size.documents - 1,
        )
    )
    env.cr.execute(
        SQL(
            "CREATE TEMP TABLE bench_lead AS SELECT n / 2 AS n, customer_number, partner_id, user_id, team_id, moment "
            "FROM bench_document WHERE n %% 2 = 0 AND n < %s",
            size.documents,
        )
    )
    env.cr.execute(SQL("ANALYZE bench_document, bench_lead"))


def _make_leads(env, size):
    """A quarter of the leads is won, some are lost, the others are on their way; their stages were tracked."""
    stages = env["crm.stage"].search([], order="sequence")
    sources = env["utm.source"].create([{"name": f"Source {index}"} for index in range(5)])
    reason = env["crm.lost.reason"].create({"name": "Too expensive"})
    sample = env["crm.lead"].create({"name": "Lead", "type": "opportunity", "expected_revenue": 1000})
    stage = SQL("(%s::int[])[1 + made.n %% 4]", stages.ids)
    is_won = SQL("made.n %% 4 = 3")
    is_lost = SQL("made.n %% 8 = 1")
    created = SQL("made.moment - interval '20 days'")
    closed = SQL("CASE WHEN %s OR %s THEN made.moment - interval '1 day' END", is_won, is_lost)
    lead = multiply(
        env,
        sample,
        SQL("bench_lead"),
        {
            "name": SQL("'Opportunity ' || made.n"),
            "partner_id": SQL("made.partner_id"),
            "email_from": SQL("'customer' || made.customer_number || '@example.com'"),
            "email_normalized": SQL("'customer' || made.customer_number || '@example.com'"),
            "user_id": SQL("made.user_id"),
            "team_id": SQL("made.team_id"),
            "stage_id": stage,
            "source_id": SQL("(%s::int[])[1 + made.n %% 5]", sources.ids),
            "medium_id": SQL("(%s::int[])[1 + made.n %% 4]", env["utm.medium"].search([], limit=4).ids),
            "active": SQL("NOT %s", is_lost),
            "probability": SQL("CASE WHEN %s THEN 100 WHEN %s THEN 0 ELSE 20 END", is_won, is_lost),
            "won_status": SQL("CASE WHEN %s THEN 'won' WHEN %s THEN 'lost' ELSE 'pending' END", is_won, is_lost),
            "lost_reason_id": SQL("CASE WHEN %s THEN %s END", is_lost, reason.id),
            "create_date": created,
            "date_open": created,
            "date_closed": closed,
            "date_last_stage_update": SQL("COALESCE(%s, %s + interval '15 days')", closed, created),
            "day_close": SQL("CASE WHEN %s THEN 19 END", is_won),
        },
    )
    # Every stage but the first was entered some days after the one before.
    message = multiply(
        env,
        sample.message_post(body="", subtype_xmlid="crm.mt_lead_stage"),
        SQL(
            """(
                SELECT
                    ROW_NUMBER() OVER (ORDER BY n, number) - 1 AS n, n AS lead_number, number, user_id,
                    moment - (20 - 5 * number) * interval '1 day' AS moment
                FROM bench_lead, generate_series(1, 3) AS number
                WHERE number <= n %% 4
            ) AS change"""
        ),
        {
            "res_id": lead(SQL("made.lead_number")),
            "message_type": SQL("'notification'"),
            "message_id": SQL("NULL"),
            "date": SQL("made.moment"),
            "create_date": SQL("made.moment"),
        },
    )
    env.cr.execute(
        SQL(
            """
            INSERT INTO mail_tracking_value (
                mail_message_id, field_id, old_value_integer, new_value_integer, create_date
            )
            SELECT
                %(message)s, %(field)s, (%(stages)s::int[])[number], (%(stages)s::int[])[number + 1],
                moment - (20 - 5 * number) * interval '1 day'
            FROM (
                SELECT ROW_NUMBER() OVER (ORDER BY n, number) - 1 AS place, number, moment
                FROM bench_lead, generate_series(1, 3) AS number
                WHERE number <= n %% 4
            ) change
            """,
            message=message(SQL("place")),
            field=env["ir.model.fields"]._get("crm.lead", "stage_id").id,
            stages=stages.ids,
        )
    )
    return lead


def _make_documents(env, size, lead):
    """Orders, their invoices and what was paid of these; quotations that are sent, and drafts.

    :return: SQL of the id of an order, a function of its number
    """
    products = _make_products(env)
    samples = _make_samples(env, products)
    confirmed, sent, draft, owed, paid, entry, payment = samples
    product = SQL("(%s::int[])[1 + (made.n * %s + sample.place) %% %s]", products.ids, LINES, PRODUCTS)
    ordered = SQL("bench_document WHERE n < %s", size.documents)
    is_paid = SQL("bench_document WHERE is_paid")
    who = {
        "partner_id": SQL("made.partner_id"),
        "partner_invoice_id": SQL("made.partner_id"),
        "partner_shipping_id": SQL("made.partner_id"),
        "user_id": SQL("made.user_id"),
        "team_id": SQL("made.team_id"),
        "access_token": SQL("NULL"),
    }
    moment = {"date_order": SQL("made.moment"), "create_date": SQL("made.moment")}
    opportunity = SQL("CASE WHEN made.number %% 6 = 0 THEN %s END", lead(SQL("made.number / 2")))
    # Quotations of the last month or so.
    recent = SQL(
        "(SELECT n - %(first)s AS n, number, partner_id, user_id, team_id, "
        "now() AT TIME ZONE 'UTC' - (n %% 40) * interval '1 day' AS moment "
        "FROM bench_document WHERE n >= %(first)s AND n < %(documents)s) AS recent",
        first=size.documents - size.quotations,
        documents=size.documents,
    )
    order = multiply(
        env, confirmed, ordered, who | moment | {"name": SQL("'B' || made.n"), "opportunity_id": opportunity}
    )
    order_line = multiply(
        env,
        confirmed.order_line,
        ordered,
        {
            "order_id": order(SQL("made.n")),
            "order_partner_id": SQL("made.partner_id"),
            "salesman_id": SQL("made.user_id"),
            "product_id": product,
        },
    )
    for state, sample in (("S", sent), ("D", draft)):
        quotation = multiply(
            env,
            sample,
            recent,
            who
            | moment
            | {
                "name": SQL("%s || made.n", state),
                "opportunity_id": opportunity,
                "validity_date": SQL("(made.moment + interval '45 days')::date"),
            },
        )
        multiply(
            env,
            sample.order_line,
            recent,
            {
                "order_id": quotation(SQL("made.n")),
                "order_partner_id": SQL("made.partner_id"),
                "salesman_id": SQL("made.user_id"),
                "product_id": product,
            },
        )
    of_invoice = {
        "partner_id": SQL("made.partner_id"),
        "commercial_partner_id": SQL("made.partner_id"),
        "partner_shipping_id": SQL("made.partner_id"),
        "invoice_user_id": SQL("made.user_id"),
        "team_id": SQL("made.team_id"),
        # Not the last of the sequence, by which the next invoice gets its number.
        "sequence_number": SQL("0"),
        "date": SQL("made.invoice_date"),
        "invoice_date": SQL("made.invoice_date"),
        "create_date": SQL("made.moment"),
        "access_token": SQL("NULL"),
    }
    of_invoice_line = {
        "partner_id": SQL("made.partner_id"),
        "date": SQL("made.invoice_date"),
        "invoice_date": SQL("made.invoice_date"),
        "date_maturity": SQL("CASE WHEN sample.date_maturity IS NOT NULL THEN made.due END"),
        "product_id": SQL("CASE WHEN sample.display_type = 'product' THEN %s END", product),
    }
    # One series of invoices, the open ones and those paid, so that the n-th bills the n-th order.
    lines = owed.line_ids.sorted(lambda line: (line.display_type != "product", line.id))
    paid_lines = paid.line_ids.sorted(lambda line: (line.display_type != "product", line.id))
    receivable = lines.filtered(lambda line: line.display_type == "payment_term")
    place = SQL("%s", list(lines).index(receivable))
    settled = paid_lines.filtered(lambda line: line.display_type == "payment_term")
    values = of_invoice | {
        "name": SQL("'INV/B/' || made.n"),
        "payment_reference": SQL("'INV/B/' || made.n"),
        "invoice_date_due": SQL("made.due"),
        "payment_state": SQL("CASE WHEN made.is_paid THEN %s ELSE %s END", paid.payment_state, owed.payment_state),
        "amount_residual": SQL("CASE WHEN made.is_paid THEN 0 ELSE sample.amount_residual END"),
        "amount_residual_signed": SQL("CASE WHEN made.is_paid THEN 0 ELSE sample.amount_residual_signed END"),
    }
    invoice = multiply(env, owed, SQL("bench_document"), values)
    full = multiply(env, settled.full_reconcile_id, is_paid, {})
    invoice_line = multiply(
        env,
        lines,
        SQL("bench_document"),
        of_invoice_line
        | {
            "move_id": invoice(SQL("made.n")),
            "move_name": SQL("'INV/B/' || made.n"),
            **_settled(full, SQL("made.is_paid AND sample.place = %s", place)),
        },
    )
    env.cr.execute(
        SQL(
            "INSERT INTO sale_order_line_invoice_rel (invoice_line_id, order_line_id) "
            "SELECT %s, %s FROM bench_document made, generate_series(0, %s) AS place WHERE made.n < %s",
            invoice_line(SQL("made.n"), SQL("place")),
            order_line(SQL("made.n"), SQL("place")),
            LINES - 1,
            size.documents,
        )
    )
    paid_on = {name: SQL("made.paid_on") for name in ("date", "invoice_date", "create_date", "date_maturity")}
    of_payment = {
        "partner_id": SQL("made.partner_id"),
        "commercial_partner_id": SQL("made.partner_id"),
        "date": SQL("made.paid_on"),
        "create_date": SQL("made.paid_on"),
        "name": SQL("'PAY/B/' || made.n"),
        "sequence_number": SQL("0"),
        "access_token": SQL("NULL"),
    }
    # The entry of a payment and the payment name each other.
    [[first_payment]] = env.execute_query(SQL("SELECT MAX(id) + 1 FROM account_payment"))
    bank_entry = multiply(env, entry, is_paid, of_payment | {"origin_payment_id": SQL("%s + made.n", first_payment)})
    entry_lines = entry.line_ids.sorted(lambda line: line.account_id != settled.account_id)
    entry_line = multiply(
        env,
        entry_lines,
        is_paid,
        paid_on
        | {
            "invoice_date": SQL("NULL"),
            "partner_id": SQL("made.partner_id"),
            "move_id": bank_entry(SQL("made.n")),
            "move_name": SQL("'PAY/B/' || made.n"),
            "payment_id": SQL("%s + made.n", first_payment),
            **_settled(full, SQL("sample.place = 0")),
        },
    )
    paying = multiply(env, payment, is_paid, of_payment | {"move_id": bank_entry(SQL("made.n"))})
    env.cr.execute(
        SQL(
            "INSERT INTO account_move__account_payment (invoice_id, payment_id) SELECT %s, %s FROM bench_document made "
            "WHERE is_paid",
            invoice(SQL("made.n")),
            paying(SQL("made.n")),
        )
    )
    multiply(
        env,
        settled.matched_credit_ids,
        is_paid,
        {
            "debit_move_id": invoice_line(SQL("made.n"), place),
            "credit_move_id": entry_line(SQL("made.n")),
            "full_reconcile_id": full(SQL("made.n")),
            "max_date": SQL("made.paid_on"),
            "create_date": SQL("made.paid_on"),
        },
    )
    return order


def _settled(full, is_settled):
    """The columns of a journal item that is matched where the condition is met."""
    nothing = {
        name: SQL("CASE WHEN %s THEN 0 ELSE sample.%s END", is_settled, SQL.identifier(name))
        for name in ("amount_residual", "amount_residual_currency")
    }
    full_id = full(SQL("made.n"))
    return nothing | {
        "reconciled": SQL("CASE WHEN %s THEN TRUE ELSE sample.reconciled AND sample.balance = 0 END", is_settled),
        "full_reconcile_id": SQL("CASE WHEN %s THEN %s END", is_settled, full_id),
        "matching_number": SQL("CASE WHEN %s THEN (%s)::text END", is_settled, full_id),
    }


def _make_products(env):
    categories = env["product.category"].create([{"name": f"Category {index}"} for index in range(8)])
    return env["product.product"].create(
        [
            {
                "name": f"Product {index}",
                "categ_id": categories[index % len(categories)].id,
                "list_price": 10 + index % LINES,
                "standard_price": 6 + index % LINES,
                "invoice_policy": "order",
            }
            for index in range(PRODUCTS)
        ]
    )


def _make_samples(env, products):
    """Orders in three states, two invoices of which one is paid, the entry of its payment and the payment."""
    journal = env["account.journal"].search([("type", "=", "bank")], limit=1)
    journal.inbound_payment_method_line_ids.payment_account_id = journal.default_account_id
    customer = env["res.partner"].search([("name", "=", "Customer")])
    orders = env["sale.order"].create(
        [
            {
                "partner_id": customer.id,
                "order_line": [Command.create({"product_id": product.id}) for product in products[:LINES]],
            }
            for _place in range(4)
        ]
    )
    confirmed, other, sent, draft = orders
    (confirmed + other).action_confirm()
    sent.action_quotation_sent()
    owed, paid = (order._create_invoices() for order in (confirmed, other))
    (owed + paid).action_post()
    payment = (
        env["account.payment.register"]
        .with_context(active_model="account.move", active_ids=paid.ids)
        .create({})
        ._create_payments()
    )
    return confirmed, sent, draft, owed, paid, payment.move_id, payment


def _make_messages(env, size, customer, lead, order):
    """Mails and comments on customers, leads and orders, from both sides in turn."""
    sample = env["res.partner"].search([("name", "=", "Customer")])
    for model, document, numbers, part in (
        ("res.partner", customer, SQL("bench_document"), 4),
        ("crm.lead", lead, SQL("bench_lead"), 4),
        ("sale.order", order, SQL("bench_document"), 2),
    ):
        documents = size.leads if model == "crm.lead" else size.documents
        multiply(
            env,
            sample.message_post(body="The price list", subject="Pepper", subtype_xmlid="mail.mt_comment"),
            SQL(
                """(
                    SELECT place AS n, document.n AS number, partner_id, user_id, customer_number,
                        moment - (place %% 20) * interval '1 day' AS moment
                    FROM generate_series(0, %s) AS place
                    JOIN %s document ON document.n = place %% %s
                ) AS message""",
                size.messages // part - 1,
                numbers,
                documents,
            ),
            {
                "model": SQL("%s", model),
                "res_id": document(SQL("made.number" if model != "res.partner" else "made.customer_number")),
                "message_id": SQL("NULL"),
                "message_type": SQL("CASE WHEN made.n %% 2 = 0 THEN 'email' ELSE 'comment' END"),
                "author_id": SQL(
                    "CASE WHEN made.n %% 2 = 0 THEN made.partner_id "
                    "ELSE (SELECT partner_id FROM res_users WHERE id = made.user_id) END"
                ),
                "email_from": SQL("'customer' || made.customer_number || '@example.com'"),
                "date": SQL("made.moment"),
                "create_date": SQL("made.moment"),
            },
        )


def _make_splits(env):
    """One order of fifty is shared by its salesperson and the one after."""
    people = _people(env)
    env.cr.execute(
        SQL(
            """
            INSERT INTO sales_credit_split (order_id, company_id, user_id, share)
            SELECT id, company_id, CASE place WHEN 0 THEN user_id ELSE (%(people)s::int[])[1 + id %% %(count)s] END, 50
            FROM sale_order, generate_series(0, 1) AS place
            WHERE id %% 50 = 0 AND state = 'sale' AND user_id <> (%(people)s::int[])[1 + id %% %(count)s]
            """,
            people=people.ids,
            count=PEOPLE,
        )
    )


def _make_interactions(env, size):
    """Calls, mails and visits with the leads' customers; every third is a touchpoint."""
    sample = env["sales.interaction"].create({"kind": "call", "partner_id": _sample_customer(env).id})
    multiply(
        env,
        sample,
        SQL(
            """(
                SELECT place AS n, lead.*
                FROM generate_series(0, %(last)s) AS place
                JOIN (
                    SELECT
                        ROW_NUMBER() OVER (ORDER BY id) - 1 AS number, id AS lead_id, partner_id, user_id, team_id,
                        source_id, medium_id, create_date
                    FROM crm_lead
                    WHERE name LIKE 'Opportunity %%'
                ) lead ON lead.number = place %% %(leads)s
            ) AS touch""",
            last=size.interactions - 1,
            leads=size.leads,
        ),
        {
            "kind": SQL("(ARRAY['call', 'email', 'chat', 'meeting', 'web'])[1 + made.n %% 5]"),
            "direction": SQL("CASE WHEN made.n %% 3 = 0 THEN 'in' ELSE 'out' END"),
            "is_touchpoint": SQL("made.n %% 3 = 0"),
            "partner_id": SQL("made.partner_id"),
            "commercial_partner_id": SQL("made.partner_id"),
            "lead_id": SQL("made.lead_id"),
            "user_id": SQL("made.user_id"),
            "team_id": SQL("made.team_id"),
            "source_id": SQL("made.source_id"),
            "medium_id": SQL("made.medium_id"),
            "date": SQL("made.create_date + (made.n %% 19) * interval '1 day'"),
            "create_date": SQL("made.create_date + (made.n %% 19) * interval '1 day'"),
        },
    )


def _make_visits(env, size):
    """Visits of two years, one in sixty of which nobody has made or called off."""
    person = _people(env)[0]
    sample = env["sales.visit"].create({"partner_id": _sample_customer(env).id, "user_id": person.id})
    moment = SQL(
        "date_trunc('day', now() AT TIME ZONE 'UTC') + (9 + made.n %% 8) * interval '1 hour'"
        " - (made.n %% %s - 7) * interval '1 day'",
        DAYS,
    )
    multiply(
        env,
        sample,
        SQL(
            """(
                SELECT place AS n, visitor.*
                FROM generate_series(0, %(last)s) AS place
                JOIN (
                    SELECT ROW_NUMBER() OVER (ORDER BY id) - 1 AS number, partner_id, user_id, team_id
                    FROM crm_lead
                    WHERE name LIKE 'Opportunity %%'
                ) visitor ON visitor.number = place %% %(leads)s
            ) AS visit""",
            last=size.visits - 1,
            leads=size.leads,
        ),
        {
            "partner_id": SQL("made.partner_id"),
            "commercial_partner_id": SQL("made.partner_id"),
            "user_id": SQL("made.user_id"),
            "team_id": SQL("made.team_id"),
            # The sample's meeting in the calendar is its own.
            "event_id": SQL("NULL"),
            "state": SQL("CASE WHEN %s < now() AND made.n %% 60 > 0 THEN 'done' ELSE 'planned' END", moment),
            "date_start": moment,
            "date_stop": SQL("%s + interval '1 hour'", moment),
            "day": SQL("(%s)::date", moment),
        },
    )


def _make_targets(env):
    """A target of each person for each of the last months, this one included."""
    people = _people(env)
    first = fields.Date.start_of(env.company._sales_today(), "month")
    sample = (
        env["sales.target"]
        .with_context(tracking_disable=True, mail_create_nosubscribe=True, mail_create_nolog=True)
        .create(
            {
                "metric_id": env.ref("sales_tracking.metric_invoiced").id,
                "user_id": people[0].id,
                "date_from": first - relativedelta(months=MONTHS),
                "date_to": first - relativedelta(months=MONTHS - 1, days=1),
                "amount": 10_000,
            }
        )
    )
    sample.action_approve()
    env.flush_all()
    env.cr.execute(SQL("UPDATE sales_target SET state = 'running' WHERE id = %s", sample.id))
    multiply(
        env,
        sample,
        SQL("generate_series(0, %s) AS n", PEOPLE * MONTHS - 1),
        {
            "user_id": SQL("(%s::int[])[1 + made.n / %s]", people.ids, MONTHS),
            "team_id": SQL("(%s::int[])[1 + made.n / %s]", [person.sale_team_id.id for person in people], MONTHS),
            "date_from": SQL("(%s::date - (made.n %% %s) * interval '1 month')::date", first, MONTHS),
            "date_to": SQL("(%s::date - (made.n %% %s - 1) * interval '1 month')::date - 1", first, MONTHS),
        },
    )


def _make_commissions(env):
    """A plan of two rules for everybody, with the commission of the months before the last one posted."""
    people = _people(env)
    month = fields.Date.start_of(env.company._sales_today(), "month")
    first = month - relativedelta(months=MONTHS)
    rules = [("Invoiced", "metric_invoiced", 0.05, "exclusive"), ("Collected", "metric_collected", 0.01, "stacking")]
    plan = env["sales.commission.plan"].create(
        {
            "name": "Benchmark",
            "version_ids": [
                Command.create(
                    {
                        "date_from": first,
                        "rule_ids": [
                            Command.create(
                                {
                                    "name": name,
                                    "metric_id": env.ref(f"sales_tracking.{metric}").id,
                                    "rate": rate,
                                    "application": application,
                                }
                            )
                            for name, metric, rate, application in rules
                        ],
                    }
                )
            ],
            "assignment_ids": [Command.create({"user_id": person.id, "date_from": first}) for person in people],
        }
    )
    plan.version_ids.action_approve()
    for months in range(MONTHS, 1, -1):
        plan.action_compute(month - relativedelta(months=months))
        env.cr.commit()


def _people(env):
    people = env["res.users"].search(Domain("login", "=like", "p%") & Domain("name", "=like", "Person %"), order="id")
    assert len(people) == PEOPLE, f"{len(people)} people"
    return people


def _sample_customer(env):
    return env["res.partner"].search([("name", "=", "Customer")])


def main():
    part, database, facts = sys.argv[1], sys.argv[2], int(sys.argv[3])
    measure.configure()
    with measure.environment(database, commit=True) as env:
        {"core": make_core, "suite": make_suite}[part](env, Size(facts))
        vacuum(env)


if __name__ == "__main__":
    main()
