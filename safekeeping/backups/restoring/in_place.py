"""Putting restored data in the place of the embedded server's own.

The data that was there is kept beside it until somebody removes it. Another server's
data folder isn't ours to move: there the restored folder is left, and named.
"""

import shutil
from datetime import datetime
from pathlib import Path

from django.db import connection

from medspa.postgres.embedded import EMBEDDED, EmbeddedPostgres
from medspa.postgres.embedded.home import data_folder
from safekeeping.backups.restoring.scratch import ScratchServer
from safekeeping.backups.storage.config import BackupRefused

KEPT = "data.before-"
AUTO_CONF = "postgresql.auto.conf"


def put_in_place(
    restored: ScratchServer, now: datetime, server: EmbeddedPostgres = EMBEDDED
) -> Path:
    """Stop the embedded server, swap its data for the restored, start it again.

    The folder in which the data that was there is kept.
    """
    data = _data_of(server)
    prepare_data(restored)
    connection.close()
    server.stop()
    kept = data.with_name(f"{KEPT}{now:%Y%m%dT%H%M%S}")
    data.rename(kept)
    try:
        shutil.move(restored.data, data)
    except BaseException:
        if not data.exists():
            kept.rename(data)
        raise
    finally:
        server.start()
    return kept


def prepare_data(restored: ScratchServer) -> Path:
    """Stop the scratch server, and leave its data as the old server's was."""
    restored.stop()
    own = restored.folder / AUTO_CONF
    if own.exists():
        own.replace(restored.data / AUTO_CONF)
    return restored.data


def kept_folders(server: EmbeddedPostgres = EMBEDDED) -> list[Path]:
    return sorted(_data_of(server).parent.glob(f"{KEPT}*"))


def remove_kept(server: EmbeddedPostgres = EMBEDDED) -> list[Path]:
    folders = kept_folders(server)
    for folder in folders:
        shutil.rmtree(folder)
    return folders


def _data_of(server: EmbeddedPostgres) -> Path:
    data = data_folder(server.folder, server.home_id)
    if data is None:
        raise BackupRefused("There is no embedded server here whose data to replace.")
    return data
