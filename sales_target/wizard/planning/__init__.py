from . import sales_target_allocate
from . import sales_target_import
