from . import test_arguments
from . import test_planner
from . import test_setting_range
from . import test_shipped_data
