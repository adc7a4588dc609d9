"""Prints the .env of a new site, with fresh keys: needs Python and nothing else.

python3 deploy/make_env.py crm.example.com > .env
python3 deploy/make_env.py crm.example.com --keys keys.env > .env

The second line takes the keys of another site. DATABASE_URL, STATE, BACKUPS, OWNER_KEY,
ESCROW_KEY and SETTINGS are taken from the environment, as docs/deployment.md sets them.
"""

import os
import secrets
import sys
from base64 import urlsafe_b64encode
from pathlib import Path

if len(sys.argv) not in (2, 4):
    sys.exit("Name the site: python3 deploy/make_env.py crm.example.com")
host = sys.argv[1]
KEYS = (
    "SECRET_KEY",
    "FIELD_ENCRYPTION_KEYS",
    "BLIND_INDEX_KEY",
    "SAFEKEEPING_KEY",
    "BACKUP_SIGNING_KEY",
)
known = {}
if len(sys.argv) == 4:
    lines = Path(sys.argv[3]).read_text().splitlines()
    known = dict(line.split("=", 1) for line in lines if "=" in line)
    if missing := [name for name in KEYS if not known.get(name)]:
        sys.exit(f"{sys.argv[3]} lacks {', '.join(missing)}.")
# Written as they are, if they are in the environment.
SETTINGS = (
    "EMAIL_URL",
    "EMAIL_FROM",
    "ALERT_EMAILS",
    "DEADMAN_PING_URL",
    "DISK_ENCRYPTED_BY_PROVIDER",
)


def key(name: str) -> str:
    return known.get(name) or urlsafe_b64encode(secrets.token_bytes(32)).decode()


database = os.environ.get(
    "DATABASE_URL", "postgres://medspa@/medspa?host=/run/postgresql"
)
state = os.environ.get("STATE", "/var/lib/medspa")
sys.stdout.write(
    f"SECRET_KEY={known.get('SECRET_KEY') or secrets.token_urlsafe(50)}\n"
    f"FIELD_ENCRYPTION_KEYS={key('FIELD_ENCRYPTION_KEYS')}\n"
    f"BLIND_INDEX_KEY={key('BLIND_INDEX_KEY')}\n"
    f"SAFEKEEPING_KEY={key('SAFEKEEPING_KEY')}\n"
    f"ALLOWED_HOSTS={host}\n"
    f"SITE_URL=https://{host}\n"
    f"DATABASE_URL={database}\n"
    f"VAR_DIR={state}\n"
    f"STATIC_ROOT={state}/static\n"
)
if backups := os.environ.get("BACKUPS"):
    recipients = os.environ.get("OWNER_KEY", ""), os.environ.get("ESCROW_KEY", "")
    if not all(recipient.startswith("age1") for recipient in recipients):
        sys.exit("OWNER_KEY and ESCROW_KEY must be age public keys: age1...")
    sys.stdout.write(
        f"BACKUP_DIR={backups}\n"
        f"BACKUP_RECIPIENTS={','.join(recipients)}\n"
        f"BACKUP_SIGNING_KEY={key('BACKUP_SIGNING_KEY')}\n"
        f"BACKUP_DATABASE_URL={database}\n"
        f"BACKUP_WORK_DIR={state}/backup_work\n"
    )
for name in SETTINGS:
    if value := os.environ.get(name):
        sys.stdout.write(f"{name}={value}\n")
