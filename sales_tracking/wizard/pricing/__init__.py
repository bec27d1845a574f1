from . import sales_pricelist_difference
from . import sales_pricelist_send
from . import sales_price_update
from . import sales_upsell_hint
