from . import test_chat_account
from . import test_chat_import
from . import test_click_to_chat
