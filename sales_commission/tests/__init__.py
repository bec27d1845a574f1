# Odoo looks for tests in this package alone.
from .access import *  # noqa: F403
from .engine import *  # noqa: F403
from .ledger import *  # noqa: F403
from .outlook import *  # noqa: F403
from .sales_form import *  # noqa: F403
from .settlement import *  # noqa: F403
from .terms import *  # noqa: F403
