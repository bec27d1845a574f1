from . import res_partner_statement
from . import res_partner_payment_behaviour
