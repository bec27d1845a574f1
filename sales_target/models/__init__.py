from . import res_company
from . import sales_target
from . import sales_target_figures
