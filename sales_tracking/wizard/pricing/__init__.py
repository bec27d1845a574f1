from . import sales_price_update
from . import sales_upsell_hint
