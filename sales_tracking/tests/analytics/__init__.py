from . import test_achievement
from . import test_branches
from . import test_cost_of_the_day
from . import test_credit_split
from . import test_metric
from . import test_order_discount
from . import test_payments
from . import test_reconciliation
