# Odoo looks for tests in this package alone.
from .access import *  # noqa: F403
from .alert import *  # noqa: F403
from .planning import *  # noqa: F403
from .target import *  # noqa: F403
