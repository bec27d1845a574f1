from . import sales_contact_inbox
