from . import target
from . import planning
from . import alert
from . import overview
