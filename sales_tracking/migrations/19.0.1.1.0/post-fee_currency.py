import logging

_logger = logging.getLogger(__name__)


def migrate(cr, version):
    """Name the policies of all companies whose fees were read in each company's own currency until now.

    A policy has one currency: that of its company, else that of the first company.
    """
    cr.execute(
        """
        UPDATE sales_dunning_policy policy SET currency_id = company.currency_id
        FROM res_company company
        WHERE company.id = COALESCE(policy.company_id, (SELECT MIN(id) FROM res_company WHERE active))
        """
    )
    cr.execute(
        """
        SELECT policy.id, currency.name
        FROM sales_dunning_policy policy
        JOIN res_currency currency ON currency.id = policy.currency_id
        WHERE policy.company_id IS NULL
            AND EXISTS (
                SELECT FROM sales_dunning_level level
                WHERE level.policy_id = policy.id AND (level.fee > 0 OR level.minimum_amount > 0)
            )
            AND EXISTS (SELECT FROM res_company other WHERE other.active AND other.currency_id <> policy.currency_id)
        """
    )
    for policy, currency in cr.fetchall():
        _logger.warning(
            "The fees and least amounts of the payment follow-up policy %s are in %s from now on, for all companies; "
            "make one for companies that should claim other amounts.",
            policy,
            currency,
        )
