#!/usr/bin/env bash
# Run inside the Odoo container: installs the three addons, or upgrades them when they are installed.
# A new database starts with the password "admin", which is replaced before anyone can reach the server.
set -euo pipefail

addons=sales_tracking,sales_target,sales_commission

if [ ! -s /run/secrets/admin_password ]; then
    echo "secrets/admin_password is missing or empty: put the administrator's first password there." >&2
    exit 1
fi

/entrypoint.sh odoo --database "$ODOO_DATABASE" --init "$addons" --update "$addons" --no-http --stop-after-init

/entrypoint.sh odoo shell --database "$ODOO_DATABASE" --no-http --log-level=warn <<'PYTHON'
from pathlib import Path

from odoo.exceptions import AccessDenied

admin = env.ref("base.user_admin")
credential = {"type": "password", "login": admin.login, "password": "admin"}
try:
    env["res.users"].authenticate(credential, {"interactive": False})
except AccessDenied:
    pass
else:
    admin.password = Path("/run/secrets/admin_password").read_text().strip()
    env.cr.commit()
    print(f"The password of {admin.login} is now the one in secrets/admin_password.")
PYTHON
