from . import test_achievement
from . import test_credit_split
from . import test_interaction
from . import test_metric
from . import test_visit
from . import test_visit_calendar
from . import test_visit_board
from . import test_visit_report
