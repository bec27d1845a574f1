from . import sale_order_gate
