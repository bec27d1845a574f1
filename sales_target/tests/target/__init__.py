from . import test_branches
from . import test_closing
from . import test_handover
from . import test_kept_facts
from . import test_period
from . import test_target
from . import test_target_report
from . import test_tree
