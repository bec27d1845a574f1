from . import sales_margin_rule
from . import sales_margin_approval
from . import sale_order_margin_floor
from . import sale_order_line_margin_floor
from . import ir_actions_report
