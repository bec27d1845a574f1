from . import chat
from . import telephone
