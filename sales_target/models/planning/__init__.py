from . import sales_target_profile
from . import sales_target_revision
from . import sales_target_sheet
