from . import test_access
from . import test_alert
from . import test_closing
from . import test_import
from . import test_period
from . import test_target
from . import test_target_report
from . import test_tree
