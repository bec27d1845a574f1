from . import ir_ui_menu_traffic
from . import res_config_settings
from . import sales_website_traffic
