from . import settlement
from . import terms
