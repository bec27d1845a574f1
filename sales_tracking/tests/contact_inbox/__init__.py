from . import test_contact_inbox
