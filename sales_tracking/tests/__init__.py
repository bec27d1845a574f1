from . import test_installation

# Odoo looks for tests in this package alone.
from .analytics import *  # noqa: F403
from .attribution import *  # noqa: F403
from .audience import *  # noqa: F403
from .chat import *  # noqa: F403
from .contact_inbox import *  # noqa: F403
from .digest import *  # noqa: F403
from .funnel import *  # noqa: F403
from .handover import *  # noqa: F403
from .interaction import *  # noqa: F403
from .journey import *  # noqa: F403
from .margin_floor import *  # noqa: F403
from .mixin import *  # noqa: F403
from .overdue_order import *  # noqa: F403
from .overview import *  # noqa: F403
from .payment_followup import *  # noqa: F403
from .pricing import *  # noqa: F403
from .privacy import *  # noqa: F403
from .quotation_followup import *  # noqa: F403
from .receivable import *  # noqa: F403
from .sales_form import *  # noqa: F403
from .subscription import *  # noqa: F403
from .telephone import *  # noqa: F403
from .tools import *  # noqa: F403
from .visit import *  # noqa: F403
