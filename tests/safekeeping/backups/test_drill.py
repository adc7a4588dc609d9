"""A drill from end to end: on a clinic of its own, backed up, restored and checked."""

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings

from medspa.models import AuditEvent
from safekeeping.backups.drills.drill import run_drill
from safekeeping.backups.health import drill_line, log_line
from safekeeping.backups.making.programs import environment, folder_of
from safekeeping.backups.running import back_up
from safekeeping.backups.storage.config import BackupConfig
from safekeeping.models import BackupState
from tests.safekeeping.backups.cluster import ESCROW, OWNER, Cluster

pytestmark = pytest.mark.django_db


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
    tools = folder_of(18) / "bin"
    dump = subprocess.Popen(
        [tools / "pg_dump", "--no-owner"], env=ours, stdout=subprocess.PIPE
    )
    loaded = subprocess.run(
        [tools / "psql", "--quiet", "--command=SET ROLE medspa", "--file=-"],
        env=environment(url),
        stdin=dump.stdout,
        capture_output=True,
        text=True,
        check=True,
    )
    assert dump.wait() == 0, loaded.stderr


@pytest.fixture
def config(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[BackupConfig]:
    """The server with a copy of the test's database, backed up to an empty folder.

    The environment says so, too, for the command that looks at what was restored.
    """
    monkeypatch.setenv("BACKUP_DIR", str(tmp_path / "first"))
    monkeypatch.setenv("BACKUP_RECIPIENTS", ",".join(cluster.config.recipients))
    monkeypatch.setenv("BACKUP_SIGNING_KEY", cluster.config.signing_key)
    monkeypatch.delenv("BACKUP_DATABASE_URL", raising=False)
    name = str(settings.DATABASES["default"]["NAME"])
    url = cluster.config.database_url.replace("/medspa", f"/{name}")
    cluster.run(f'DROP DATABASE IF EXISTS "{name}"')
    cluster.run(f'CREATE DATABASE "{name}" OWNER medspa')
    copy_database(url, name)
    files = []
    for key, identity in (("owner", OWNER), ("escrow", ESCROW)):
        files.append(str(tmp_path / f"{key}.txt"))
        Path(files[-1]).write_text(f"{identity}\n")
    yield replace(
        cluster.config,
        first=str(tmp_path / "first"),
        second=str(tmp_path / "second"),
        database_url=url,
        identities=tuple(files),
    )
    cluster.run(f'DROP DATABASE "{name}" WITH (FORCE)')


def test_a_drill_proves_a_backup_and_notices_a_changed_byte(
    config: BackupConfig,
) -> None:
    row = back_up(config, is_full=True)
    assert (row.state, row.problem) == (BackupState.DONE, "")
    drill = run_drill(config)
    assert drill.problem == ""
    assert (drill.label, drill.key_name) == (row.label, "owner")
    assert drill.report.count("ok: ") == 7
    assert 0 < drill.seconds < 60
    assert 0 <= drill.lost_seconds < 60
    assert drill_line().is_ok
    assert log_line().is_ok
    kinds = AuditEvent.objects.values_list("kind", flat=True)
    assert set(kinds) >= {"backup_made", "backup_drilled"}

    [base] = Path(config.first).rglob("base.tar.zst.age")
    data = bytearray(base.read_bytes())
    data[len(data) // 3] ^= 1
    base.write_bytes(data)
    drill = run_drill(config)
    assert "was changed or cut off" in drill.problem
    assert not drill_line().is_ok
