from . import res_company
from . import res_config_settings

from . import analytics
from . import interaction
from . import pricing
