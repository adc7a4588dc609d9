"""The clinic's tables on a server of the tests, with what a test put into them."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from medspa.postgres.embedded import programs
from safekeeping.backups.making.programs import environment
from safekeeping.backups.storage.config import BackupConfig
from tests.safekeeping.backups.cluster import ESCROW, OWNER, Cluster


def copy_database(url: str, name: str) -> None:
    """By pg_dump, as what the test has committed: the migrated tables."""
    place = settings.DATABASES["default"]
    ours = {
        "PGHOST": place["HOST"],
        "PGPORT": str(place["PORT"]),
        "PGUSER": place["USER"],
        "PGPASSWORD": place["PASSWORD"],
        "PGDATABASE": name,
    }
    tools = programs.installed() / "bin"
    dump = subprocess.Popen(
        [tools / "pg_dump", "--no-owner"], env=ours, stdout=subprocess.PIPE
    )
    loaded = subprocess.run(
        [
            tools / "psql",
            "--quiet",
            "--set=ON_ERROR_STOP=1",
            "--command=SET ROLE medspa",
            "--file=-",
        ],
        env=environment(url),
        stdin=dump.stdout,
        capture_output=True,
        text=True,
        check=True,
    )
    assert dump.wait() == 0, loaded.stderr


@contextmanager
def copied_to(cluster: Cluster) -> Iterator[str]:
    """The server with a copy of the test's database; that copy's address."""
    name = str(settings.DATABASES["default"]["NAME"])
    url = cluster.config.database_url.replace("/medspa", f"/{name}")
    cluster.run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    cluster.run(f'CREATE DATABASE "{name}" OWNER medspa')
    copy_database(url, name)
    yield url
    cluster.run(f'DROP DATABASE "{name}" WITH (FORCE)')


def backed_up_to(folder: Path, cluster: Cluster, url: str) -> BackupConfig:
    """The copy at `url`, backed up to an empty folder."""
    files = []
    for key, identity in (("owner", OWNER), ("escrow", ESCROW)):
        files.append(str(folder / f"{key}.txt"))
        Path(files[-1]).write_text(f"{identity}\n")
    return replace(
        cluster.config,
        first=str(folder / "first"),
        second=str(folder / "second"),
        database_url=url,
        identities=tuple(files),
    )


@contextmanager
def backed_up_elsewhere(cluster: Cluster, folder: Path) -> Iterator[BackupConfig]:
    with copied_to(cluster) as url:
        yield backed_up_to(folder, cluster, url)


@contextmanager
def working_on(place: dict[str, Any]) -> Iterator[None]:
    """The site's connection, to another server."""
    own = dict(connection.settings_dict)
    _connect_to(place)
    try:
        yield
    finally:
        _connect_to(own)


def _connect_to(place: dict[str, Any]) -> None:
    connection.close()
    connection.close_pool()
    connection.settings_dict.update(place)
    ContentType.objects.clear_cache()  # another database may number them otherwise
