from . import account_move_posting
from . import account_move_line_facts
from . import sales_credit_split
from . import sale_order_credit_split
from . import sales_achievement
from . import sales_metric
from . import ir_filters_names
