from . import sales_commission_sponsorship
