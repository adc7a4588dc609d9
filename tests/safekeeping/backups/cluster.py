"""A PostgreSQL server of its own, with a ledger of acknowledged writes."""

import base64
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pyrage
import pytest

from medspa.postgres.embedded import EmbeddedPostgres, home
from safekeeping.backups.making.base_backup import About, make_backup
from safekeeping.backups.making.receiving import catch_up
from safekeeping.backups.restoring.plan import Archive
from safekeeping.backups.restoring.restore import Restored, restore
from safekeeping.backups.storage.config import BackupConfig
from safekeeping.backups.storage.destinations import first_of
from safekeeping.backups.storage.manifest import Manifest
from safekeeping.backups.storage.signing import public_key
from tests.in_memory import in_memory

OWNER, ESCROW = (pyrage.x25519.Identity.generate() for _ in range(2))
SIGNING_KEY = base64.urlsafe_b64encode(os.urandom(32)).decode()
PUBLIC_KEY = public_key(SIGNING_KEY)


@dataclass
class Cluster:
    """`written`: what was acknowledged, with a moment after each."""

    server: EmbeddedPostgres
    config: BackupConfig
    written: list[tuple[datetime, int]] = field(default_factory=list)

    def run(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.config.database_url, autocommit=True) as link:
            cursor = link.execute(query.encode(), values or None)
            return cursor.fetchall() if cursor.description else []

    def write(self, count: int = 1) -> datetime:
        """Acknowledged writes, each a transaction; a moment after the last."""
        with psycopg.connect(self.config.database_url, autocommit=True) as link:
            for _ in range(count):
                number = len(self.written) + 1
                link.execute("INSERT INTO ledger VALUES (%s)", [number])
                row = link.execute("SELECT clock_timestamp()").fetchone()
                assert row
                self.written.append((row[0], number))
        return self.written[-1][0] + timedelta(microseconds=1)

    def ledger_at(self, moment: datetime) -> int:
        return sum(at < moment for at, _ in self.written)

    def back_up(self, *, is_full: bool = False) -> Manifest:
        made = make_backup(self.config, About(), is_full=is_full)
        self.archive()
        return made

    def archive(self) -> datetime:
        caught = catch_up(self.config)
        assert caught
        return caught[0]

    @property
    def archive_of(self) -> Archive:
        return Archive(first_of(self.config), PUBLIC_KEY)

    @contextmanager
    def restored(self, moment: datetime | None, key: Any = OWNER) -> Iterator[Restored]:
        plan, place = self.archive_of.plan(moment), first_of(self.config)
        made = restore(self.config, place, plan, [key], PUBLIC_KEY)
        try:
            yield made
        finally:
            made.server.remove()

    def with_first(self, folder: Path) -> "Cluster":
        """The same server, backed up elsewhere."""
        return replace(self, config=replace(self.config, first=str(folder)))


@contextmanager
def started_cluster() -> Iterator[Cluster]:
    folder = Path(tempfile.mkdtemp(prefix="medspa-test-", dir=in_memory()))
    folder.chmod(0o711)
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(home, "OUTSIDE", folder / "outside")
        server = EmbeddedPostgres(folder / "postgres")
        server.start()
        config = BackupConfig(
            first=str(folder / "first"),
            recipients=(str(OWNER.to_public()), str(ESCROW.to_public())),
            signing_key=SIGNING_KEY,
            work=folder / "work",
            database_url=server.url().replace("//medspa:", "//postgres:"),
        )
        cluster = Cluster(server, config)
        cluster.run("CREATE TABLE ledger (id int PRIMARY KEY)")
        yield cluster
        server.stop()
    shutil.rmtree(folder)
