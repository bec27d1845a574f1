from . import test_margin_approval
from . import test_margin_guard
from . import test_margin_portal
