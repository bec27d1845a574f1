from . import sales_dunning_send
