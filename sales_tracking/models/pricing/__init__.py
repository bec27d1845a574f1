from . import sale_order
from . import product_pricelist
from . import sale_order_line
from . import price_comparison
from . import price_update
from . import sale_order_price_option
from . import account_move
