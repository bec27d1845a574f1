"""Past months confirmed and paid, and in the last ones what people say about them."""

BONUS = 750_000
QUESTIONS = (
    "Faktur ini milik saya sendiri, bukan dibagi dua dengan Dewi.",
    "Diskon di faktur ini sudah disetujui; dasar komisi seharusnya sebelum diskon.",
)


def settle_the_year(env, plans, today):
    """Each past month is confirmed; all but the last are paid. Agents' bills are posted."""
    for plan in plans:
        for day in plan._days_to_compute(today):
            plan.action_compute(day)
    statements = env["sales.commission.statement"].search(
        [("plan_id", "in", plans.ids), ("period_end", "<", today)], order="period_start, id"
    )
    statements.action_confirm()
    last = max(statements.mapped("period_start"))
    for period_start, of_month in statements.grouped("period_start").items():
        if period_start < last:
            of_month.action_pay()
    statements.bill_id.action_post()


def tell_the_last_month(env, plan, person, today):
    """A dispute that was settled with an adjustment, one that waits, and a bonus."""
    last = env["sales.commission.statement"].search(
        [("plan_id", "=", plan.id), ("user_id", "=", person.id), ("period_end", "<", today)],
        order="period_start desc",
        limit=1,
    )
    earned = last.entry_ids.filtered(lambda entry: entry.kind == "earned" and entry.amount > 0).sorted("amount")
    # Right after Lebaran there may be little to argue about.
    disputes = (
        env["sales.commission.dispute"]
        .with_user(person)
        .create(
            [{"entry_id": entry.id, "reason": reason} for entry, reason in zip(earned[::-1], QUESTIONS, strict=False)]
        )
    )
    for dispute in disputes[:1].with_env(env):
        dispute.write({"granted_amount": 250_000, "answer": "Benar: pembagian salah dicatat, selisihnya dibayarkan."})
        dispute.action_accept()
    bonus = env["sales.commission.adjustment"].create(
        {
            "statement_id": last._open_statement().id,
            "kind": "bonus",
            "amount": BONUS,
            "reason": "Pelanggan baru terbesar kuartal ini",
        }
    )
    bonus.action_post()
