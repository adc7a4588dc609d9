"""What people ask for: a moment in a scratch server, one lead, or back in place."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from safekeeping.backups.restoring.scratch import ScratchServer
from safekeeping.backups.storage.config import BackupConfig, BackupRefused


@dataclass(frozen=True)
class Inspected:
    """What was done to a restored database, and what was found in it."""

    done: list[str]
    checks: list[dict[str, Any]]


def inspect(
    config: BackupConfig, server: ScratchServer, database: str, *, is_checked: bool
) -> Inspected:
    """Prepare the restored database (erasures are replayed), and check it if asked."""
    said = ask_command(config, server, database, ["--check"] if is_checked else [])
    return Inspected(**json.loads(said.splitlines()[-1]))


def ask_command(
    config: BackupConfig,
    server: ScratchServer,
    database: str,
    arguments: Sequence[str],
) -> str:
    """Run `inspect_restored` on the restored database; what it said."""
    result = subprocess.run(  # noqa: S603 (our own interpreter, no shell)
        [sys.executable, "manage.py", "inspect_restored", *arguments],
        cwd=settings.BASE_DIR,
        env=environment(config, server, database),
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        said = (result.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise BackupRefused(f"The restored database can't be used: {said}")
    return result.stdout.strip()


def environment(
    config: BackupConfig, server: ScratchServer, database: str
) -> dict[str, str]:
    """Ours, with the restored database in place of the clinic's.

    The destinations are those of `config`: the erasure ledger is there.
    """
    ours = {name: v for name, v in os.environ.items() if name[:2] != "PG"}
    restored = server.environment(database, settings.DATABASES["default"]["USER"])
    return {
        **ours,
        **restored,
        "BACKUP_DIR": config.first,
        "BACKUP_SECOND": config.second,
        "BACKUP_SECOND_ENDPOINT": config.second_endpoint,
    }
