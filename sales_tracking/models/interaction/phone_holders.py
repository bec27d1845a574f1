"""Whose telephone numbers these are: the one statement that asks the contacts and leads."""

from collections import defaultdict
from typing import NamedTuple

from odoo.tools import SQL

from ...tools.phone import find_numbers, may_hold, tail, to_e164
from .capture.parts import is_own

# Above that many numbers it is faster to read every number there is than to look each up.
MOST_LOOKUPS = 5


# The digits of a number, in which a part is looked up; core's own index keeps what is between them.
DIGITS = r"regexp_replace(phone::text, '\D', '', 'g')"


def phone_digits_index(registry):
    """Define the index of the digits of the numbers of a model, where PostgreSQL has trigrams."""
    return f"USING gin (({DIGITS}) gin_trgm_ops) WHERE phone IS NOT NULL" if registry.has_trigram else ""


class Holders(NamedTuple):
    """Who has a number.

    :ivar partner_ids: the contacts who have it; none of them is taken where there are several
    :ivar lead_ids: the open leads without a contact that have it
    :ivar is_own: whether it is a number of our own company or of one of its users
    """

    partner_ids: tuple[int, ...] = ()
    lead_ids: tuple[int, ...] = ()
    is_own: bool = False

    @property
    def partner_id(self):
        """The only contact who has the number, or None: one of several would be a guess."""
        return self.partner_ids[0] if len(self.partner_ids) == 1 and not self.is_own else None

    @property
    def lead_id(self):
        """The only open lead that has the number, where no contact has it; or None."""
        is_alone = len(self.lead_ids) == 1 and not self.partner_ids and not self.is_own
        return self.lead_ids[0] if is_alone else None


NOBODY = Holders()


def normalize(company, number):
    """The number in E.164, or None, as it is dialled in the country of the company."""
    return to_e164(number, company.sudo().country_id.phone_code)


def find_holders(company, numbers):
    """Find who has which numbers, for use in the company: one statement, however many they are.

    A number that a contact wrote without its country is one of the contact's country, or else of the company's.

    :param company: res.company
    :param numbers: in E.164
    :return: dict of `Holders` by number, with each of the numbers
    """
    numbers = set(numbers)
    if not numbers:
        return {}
    env = company.env
    env["res.partner"].flush_model(["phone", "country_id", "company_id", "active"])
    env["crm.lead"].flush_model(["phone", "country_id", "company_id", "active", "partner_id", "won_status"])
    env["res.users"].flush_model(["partner_id", "share"])
    default_code = company.sudo().country_id.phone_code
    partners, leads, own = defaultdict(list), defaultdict(list), set()
    tails = set(map(tail, numbers))
    for model, record_id, text, code, active, is_ours in env.execute_query(_holders(company, numbers)):
        if not may_hold(text, tails):
            continue
        for number in numbers.intersection(find_numbers(text, code or default_code)):
            if is_ours:
                own.add(number)
            elif model == "crm.lead":
                leads[number].append(record_id)
            elif active:
                partners[number].append(record_id)
    return {number: Holders(tuple(partners[number]), tuple(leads[number]), number in own) for number in numbers}


def _holders(company, numbers):
    """The contacts and leads one of whose numbers may be among these; how it is written tells."""

    def has_number(column):
        if len(numbers) > MOST_LOOKUPS:
            return SQL("%s IS NOT NULL", column)
        # As the index has it, one by one: of LIKE ANY it knows nothing.
        digits = SQL("regexp_replace(%s::text, '\\D', '', 'g')", column)
        return SQL("(%s)", SQL(" OR ").join(SQL("%s LIKE %s", digits, f"%{tail(number)}%") for number in numbers))

    return SQL(
        """
        SELECT 'res.partner', holder.id, holder.phone, country.phone_code, holder.active, %(is_own)s
        FROM res_partner holder
        LEFT JOIN res_country country ON country.id = holder.country_id
        WHERE %(partner_has_number)s AND (holder.company_id IS NULL OR holder.company_id = %(company_id)s)
        UNION ALL
        SELECT 'crm.lead', lead.id, lead.phone, country.phone_code, TRUE, FALSE
        FROM crm_lead lead
        LEFT JOIN res_country country ON country.id = lead.country_id
        WHERE %(lead_has_number)s AND (lead.company_id IS NULL OR lead.company_id = %(company_id)s)
            AND lead.active AND lead.partner_id IS NULL AND lead.won_status = 'pending'
        ORDER BY 2
        """,
        is_own=is_own(SQL("holder.id")),
        partner_has_number=has_number(SQL("holder.phone")),
        lead_has_number=has_number(SQL("lead.phone")),
        company_id=company.id,
    )
