from . import call_event
from . import customer_statement_portal
from . import margin_guard_portal
from . import malformed
from . import price_option_portal
from . import xlsx
