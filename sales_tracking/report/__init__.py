from . import attribution
from . import funnel
from . import payment_followup
from . import pricing
from . import receivable
from . import reconciliation
from . import sales_form
from . import visit
