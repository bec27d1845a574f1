"""Where things are. Everything that is made at run time lives in the git-ignored runtime folder."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUNTIME = ROOT / ".runtime"
LOGS = RUNTIME / "logs"

ADDONS = ("sales_tracking", "sales_target", "sales_commission")
