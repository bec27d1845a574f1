"""What was mailed: "sent" is written only where a mail was made for somebody whom it can reach."""

from odoo.exceptions import UserError
from odoo.tools.mail import email_split_and_format


def check_reachable(partner):
    """Refuse to write to a contact that is archived or has no valid address.

    :raise UserError: says which of both it is, and what to do
    """
    env = partner.env
    if not partner.active:
        raise UserError(
            env._(
                "%(contact)s is archived, and so gets no mail. Unarchive the contact or choose another one; or leave "
                "this customer out.",
                contact=partner.display_name,
            )
        )
    if not partner.email_normalized:
        raise UserError(
            env._(
                "%(contact)s has no valid e-mail address. Enter one in the contact, and send again.",
                contact=partner.display_name,
            )
        )


def mailed_to(mails):
    """The addresses for which mails were made. Every "sent" of the suite asks here.

    :param mails: recordset of mail.mail, before or after they have gone out
    :return: the formatted addresses, separated by commas
    :rtype: str
    :raise UserError: if there are none
    """
    mails = mails.sudo()  # the mails are the administrators' of the database
    partners = mails.recipient_ids.filtered(lambda partner: partner.active and partner.email_normalized)
    written = [address for mail in mails for address in email_split_and_format(mail.email_to or "")]
    addresses = dict.fromkeys([*partners.mapped("email_formatted"), *written])
    if not addresses:
        env = mails.env
        raise UserError(env._("No mail was made: none of its recipients is active and has a valid e-mail address."))
    return ", ".join(addresses)
