from . import account_move
from . import account_move_line
from . import sales_credit_split
from . import sale_order
from . import sales_achievement
from . import sales_metric
