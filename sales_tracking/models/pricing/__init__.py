from . import sale_order
from . import account_move

from . import res_users
from . import product_price_history
from . import product_price_mixin
from . import watched_prices
from . import price_sheet
from . import pricelist_difference
from . import pricelist_sending
from . import pricelist_send
from . import res_partner
from . import margin_guard_rule
from . import margin_guard_approval
from . import margin_guard_order
from . import margin_guard_line
from . import margin_guard_report
from . import upsell
