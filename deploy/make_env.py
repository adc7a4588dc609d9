"""Prints the .env of a new site, with fresh keys: needs Python and nothing else.

python3 deploy/make_env.py crm.example.com > .env
"""

import os
import secrets
import sys
from base64 import urlsafe_b64encode

if len(sys.argv) != 2:
    sys.exit("Name the site: python3 deploy/make_env.py crm.example.com")
host = sys.argv[1]


def key() -> str:
    return urlsafe_b64encode(secrets.token_bytes(32)).decode()


database = os.environ.get(
    "DATABASE_URL", "postgres://medspa@/medspa?host=/run/postgresql"
)
state = os.environ.get("STATE", "/var/lib/medspa")
sys.stdout.write(
    f"SECRET_KEY={secrets.token_urlsafe(50)}\n"
    f"FIELD_ENCRYPTION_KEYS={key()}\n"
    f"BLIND_INDEX_KEY={key()}\n"
    f"SAFEKEEPING_KEY={key()}\n"
    f"ALLOWED_HOSTS={host}\n"
    f"SITE_URL=https://{host}\n"
    f"DATABASE_URL={database}\n"
    f"VAR_DIR={state}\n"
    f"STATIC_ROOT={state}/static\n"
)
