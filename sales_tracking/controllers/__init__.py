from . import call_event
from . import chat_webhook
from . import customer_statement_portal
from . import margin_guard_portal
from . import malformed
from . import price_option_portal
from . import share_target
from . import xlsx
