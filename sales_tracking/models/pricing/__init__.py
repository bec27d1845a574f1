from . import sale_order
from . import product_pricelist
from . import sale_order_line
from . import price_comparison
from . import account_move
