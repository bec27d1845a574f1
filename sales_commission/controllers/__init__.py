from . import payroll
from . import portal
