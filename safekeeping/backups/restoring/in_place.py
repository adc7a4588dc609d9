"""Putting restored data in the place of the embedded server's own.

The data that was there is kept beside it until somebody removes it. Another server's
data folder isn't ours to move: there the restored folder is left, and named.
"""

import shutil
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from medspa.postgres.embedded import EMBEDDED, EmbeddedPostgres, EmbeddedPostgresError
from medspa.postgres.embedded.programs import installed
from safekeeping.backups.making.programs import major_of
from safekeeping.backups.restoring.plan import RestorePlan
from safekeeping.backups.restoring.scratch import ScratchServer
from safekeeping.backups.storage.config import BackupRefused

AUTO_CONF = "postgresql.auto.conf"


def refuse_unless_embedded(plan: RestorePlan) -> None:
    """What can't work is said before anything is fetched."""
    if settings.IS_DATABASE_EXTERNAL:
        raise BackupRefused(
            "Only the embedded server's data is replaced in place. For the server of "
            "DATABASE_URL take --data-only: docs/backups.md says how to go on."
        )
    major, ours = plan.chain[-1].server_version, major_of(installed())
    if major != ours:
        raise BackupRefused(
            f"This backup is of PostgreSQL {major}, and the embedded server is "
            f"{ours}: take --data-only, for a server of that version."
        )


def put_in_place(
    restored: ScratchServer, now: datetime, server: EmbeddedPostgres | None = None
) -> Path | None:
    """Stop the embedded server, swap its data for the restored, start it again.

    The folder in which the data that was there is kept; None if there was none.
    """
    data = prepare_data(restored)
    if not (data / "postgresql.conf").exists():
        raise BackupRefused(
            f"The server of this backup kept its settings elsewhere. Its data is in "
            f"{data}, for a server like that one."
        )
    connection.close()
    try:
        kept = (server or EMBEDDED).replace_data(data, f"{now:%Y%m%dT%H%M%S}")
    except EmbeddedPostgresError as error:
        raise BackupRefused(str(error)) from error
    restored.remove()
    return kept


def prepare_data(restored: ScratchServer) -> Path:
    """Stop the scratch server, and leave its data as the old server's was."""
    restored.stop()
    own = restored.folder / AUTO_CONF
    if own.exists():
        own.replace(restored.data / AUTO_CONF)
    return restored.data


def remove_kept(server: EmbeddedPostgres | None = None) -> list[Path]:
    folders = (server or EMBEDDED).kept_data()
    for folder in folders:
        shutil.rmtree(folder)
    return folders
