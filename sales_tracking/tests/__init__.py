from . import test_achievement
from . import test_attribution
from . import test_audience
from . import test_credit_split
from . import test_funnel_report
from . import test_interaction
from . import test_metric
from . import test_stage_history
