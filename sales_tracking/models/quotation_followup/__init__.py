from . import sales_quotation_cadence
from . import sales_quotation_cadence_step
from . import sales_quotation_cadence_log
from . import sales_quotation_cadence_run

from . import mail_compose_message
from . import res_company
from . import res_config_settings
from . import res_partner
from . import sale_order
from . import sale_order_send
