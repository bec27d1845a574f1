from . import res_config_settings

from . import terms
from . import ledger
from . import settlement
from . import outlook
from . import sales_form
from . import overview
