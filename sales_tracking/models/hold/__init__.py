from . import sales_dunning_hold
from . import sales_promise
from . import sales_dispute
