def migrate(cr, version):
    """Tell credits from money in what was matched before open promises, and before disputes were accepted.

    Until now promises counted both as paid, and disputes went by the day.
    """
    cr.execute(
        """
        WITH credit AS (
            SELECT promise.id, SUM(partial.debit_amount_currency) AS amount
            FROM sales_promise promise
            JOIN sales_promise_line_rel link ON link.promise_id = promise.id
            JOIN account_partial_reconcile partial ON partial.debit_move_id = link.move_line_id
                AND partial.create_date <= promise.create_date
            JOIN account_move_line counterpart ON counterpart.id = partial.credit_move_id
            JOIN account_journal journal ON journal.id = counterpart.journal_id
                AND journal.type NOT IN ('bank', 'cash', 'credit')
            WHERE promise.state = 'open'
            GROUP BY promise.id
        )
        UPDATE sales_promise promise
        SET credited_before = credit.amount,
            matched_before = GREATEST(COALESCE(promise.matched_before, 0) - credit.amount, 0)
        FROM credit
        WHERE credit.id = promise.id
        """
    )
    cr.execute(
        """
        WITH credit AS (
            SELECT dispute.id, SUM(partial.debit_amount_currency) AS amount
            FROM sales_dispute dispute
            JOIN sales_dispute_line_rel link ON link.dispute_id = dispute.id
            JOIN account_partial_reconcile partial ON partial.debit_move_id = link.move_line_id
                AND partial.create_date::date < dispute.closed_on
            JOIN account_move_line counterpart ON counterpart.id = partial.credit_move_id
            JOIN account_journal journal ON journal.id = counterpart.journal_id
                AND journal.type NOT IN ('bank', 'cash', 'credit')
            WHERE dispute.state = 'accepted'
            GROUP BY dispute.id
        )
        UPDATE sales_dispute dispute SET credited_before = credit.amount FROM credit WHERE credit.id = dispute.id
        """
    )
