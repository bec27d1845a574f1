from . import sales_chat_import
from . import sales_chat_send
