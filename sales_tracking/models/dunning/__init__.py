from . import sales_dunning_policy
from . import sales_dunning_level
from . import sales_dunning_account
from . import sales_dunning_account_figures
from . import sales_dunning_account_send
from . import sales_dunning_run
from . import sales_dunning_send
from . import sales_dunning_reminder
from . import sales_dunning_charge
from . import sales_dunning_hold
from . import sales_promise
from . import sales_dispute

from . import account_move
from . import res_company
from . import res_config_settings
from . import res_partner
