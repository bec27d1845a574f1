from . import sales_import_mixin

from . import chat
from . import interaction
from . import journey
from . import overdue_order
from . import payment_followup
from . import pricing
from . import privacy
from . import receivable
from . import sales_form
from . import telephone
