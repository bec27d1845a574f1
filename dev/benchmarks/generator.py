"""A database with many facts: orders and invoices multiplied in SQL from ones that the ORM made."""

from odoo.fields import Command
from odoo.tools import SQL

PEOPLE = 200
LINES = 5


def generate(env, facts):
    """Orders and invoices of the last two years with ``facts`` lines in all, half of them each kind.

    Returns at once where the database has them already.
    """
    documents = facts // 2 // LINES
    [[existing]] = env.execute_query(SQL("SELECT COUNT(*) FROM sale_order"))
    if existing >= documents:
        return
    people = (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create([{"name": f"Person {index}", "login": f"p{index}"} for index in range(PEOPLE)])
        .ids
    )
    partners = env["res.partner"].create([{"name": f"Customer {index}"} for index in range(1000)]).ids
    products = env["product.product"].create(
        [{"name": f"Product {index}", "list_price": 10 + index, "invoice_policy": "order"} for index in range(LINES)]
    )
    order = env["sale.order"].create(
        {
            "partner_id": partners[0],
            "user_id": people[0],
            "order_line": [Command.create({"product_id": product.id}) for product in products],
        }
    )
    order.action_confirm()
    invoice = order._create_invoices()
    invoice.action_post()
    env.flush_all()
    # Millions of checks of foreign keys, on tables without statistics, would take hours.
    env.cr.execute(SQL("SET LOCAL session_replication_role = replica"))

    moment = SQL("now() - n * interval '730 days' / %s", documents)
    spread = {
        "partner_id": SQL("(%s::int[])[1 + n %% 1000]", partners),
        "user_id": SQL("(%s::int[])[1 + n %% %s]", people, PEOPLE),
    }
    _multiply(env, "sale_order", order.ids, documents, {**spread, "name": SQL("'B' || n"), "date_order": moment})
    _multiply(
        env,
        "account_move",
        invoice.ids,
        documents,
        {
            "partner_id": spread["partner_id"],
            "commercial_partner_id": spread["partner_id"],
            "invoice_user_id": spread["user_id"],
            "name": SQL("'B' || n"),
            "sequence_number": SQL("n"),
            "date": moment,
            "invoice_date": moment,
            "access_token": SQL("NULL"),
        },
    )
    _multiply_lines(env, "sale_order_line", "order_id", order)
    _multiply_lines(env, "account_move_line", "move_id", invoice, {"date": "date", "invoice_date": "invoice_date"})
    vacuum(env, "sale_order", "sale_order_line", "account_move", "account_move_line")
    # The n-th line billed bills the n-th line ordered; one order of fifty has a credit split.
    env.cr.execute(
        SQL("""
            WITH ordered AS (
                SELECT id, row_number() OVER (ORDER BY id) AS n FROM sale_order_line
            ), billed AS (
                SELECT id, row_number() OVER (ORDER BY id) AS n FROM account_move_line WHERE display_type = 'product'
            )
            INSERT INTO sale_order_line_invoice_rel (invoice_line_id, order_line_id)
            SELECT billed.id, ordered.id FROM billed JOIN ordered USING (n)
            ON CONFLICT DO NOTHING
        """)
    )
    env.cr.execute(
        SQL(
            """
            INSERT INTO sales_credit_split (order_id, company_id, user_id, share)
            SELECT id, company_id, (%(people)s::int[])[1 + (id + place) %% %(count)s], 50
            FROM sale_order, generate_series(0, 1) AS place
            WHERE id %% 50 = 0
            """,
            people=people,
            count=PEOPLE,
        )
    )
    vacuum(env, "sale_order_line_invoice_rel", "sales_credit_split")


def drop_splits(env):
    """Undo the sharing of orders, for a measurement that is rolled back."""
    env["sales.credit.split"].search([]).unlink()
    env.flush_all()


def generate_receivables(env, customers, items):
    """Open invoices of a line, spread over new customers, 7 to 66 days overdue but for one; they are committed.

    :return: the customers
    """
    partners = env["res.partner"].create(
        [{"name": f"Debtor {index}", "email": f"debtor{index}@example.com"} for index in range(customers)]
    )
    product = env["product.product"].create({"name": "Pepper", "list_price": 100, "taxes_id": []})
    invoice = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": partners[0].id,
            "invoice_line_ids": [Command.create({"product_id": product.id})],
        }
    )
    invoice.action_post()
    env.flush_all()
    env.cr.execute(SQL("SET LOCAL session_replication_role = replica"))
    partner = SQL("(%s::int[])[1 + n %% %s]", partners.ids, customers)
    _multiply(
        env,
        "account_move",
        invoice.ids,
        items - 1,
        {
            "partner_id": partner,
            "commercial_partner_id": partner,
            "name": SQL("%s || '/' || n", invoice.name),
            # Not the last of the sequence, by which the next invoice gets its number.
            "sequence_number": SQL("0"),
            "date": SQL("current_date - 90"),
            "invoice_date": SQL("current_date - 90"),
            "invoice_date_due": SQL("current_date - 7 - n %% 60"),
            "access_token": SQL("NULL"),
        },
    )
    from_parent = {name: name for name in ("date", "invoice_date")}
    from_parent |= {"partner_id": "commercial_partner_id", "date_maturity": "invoice_date_due"}
    _multiply_lines(env, "account_move_line", "move_id", invoice, from_parent)
    vacuum(env, "account_move", "account_move_line", "res_partner")
    return partners


def vacuum(env, *tables):
    """What the database does by itself once it has been running for a while."""
    env.cr.commit()
    env.cr._cnx.autocommit = True
    for table in tables:
        env.cr.execute(SQL("VACUUM ANALYZE %s", SQL.identifier(table)))
    env.cr._cnx.autocommit = False


def _columns(env, table):
    rows = env.execute_query(
        SQL("SELECT column_name FROM information_schema.columns WHERE table_name = %s AND column_name <> 'id'", table)
    )
    return [name for (name,) in rows]


def _multiply(env, table, ids, times, values):
    columns = _columns(env, table)
    env.cr.execute(
        SQL(
            "INSERT INTO %(table)s (%(columns)s) SELECT %(values)s FROM %(table)s, generate_series(1, %(times)s) AS n "
            "WHERE id IN %(ids)s",
            table=SQL.identifier(table),
            columns=SQL(", ").join(map(SQL.identifier, columns)),
            values=SQL(", ").join(values.get(column, SQL.identifier(table, column)) for column in columns),
            times=times,
            ids=tuple(ids),
        )
    )


def _multiply_lines(env, table, parent, document, from_parent=None):
    """Give every document the lines of the given one."""
    columns = _columns(env, table)
    values = {
        parent: SQL("parent.id"),
        **{column: SQL("parent.%s", SQL.identifier(source)) for column, source in (from_parent or {}).items()},
    }
    env.cr.execute(
        SQL(
            "INSERT INTO %(table)s (%(columns)s) SELECT %(values)s "
            "FROM %(table)s line, %(parents)s parent WHERE line.%(parent)s = %(id)s AND parent.id > %(id)s",
            table=SQL.identifier(table),
            columns=SQL(", ").join(map(SQL.identifier, columns)),
            values=SQL(", ").join(values.get(column, SQL("line.%s", SQL.identifier(column))) for column in columns),
            parents=SQL.identifier(document._table),
            parent=SQL.identifier(parent),
            id=document.id,
        )
    )
