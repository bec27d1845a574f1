from . import test_line_pricelist
from . import test_price_comparison
from . import test_price_history
from . import test_price_option
from . import test_price_option_portal
from . import test_pricelist_difference
from . import test_pricelist_send
from . import test_upsell
