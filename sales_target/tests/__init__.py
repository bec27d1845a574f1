from . import test_access
from . import test_target
from . import test_target_report
