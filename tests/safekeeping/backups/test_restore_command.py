"""`manage.py restore` on a clinic of its own, in every way it is used."""

import base64
import io
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import environ
import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import transaction
from pytest_django import Settings

from leads.models import Lead
from medspa.clinic_time import clinic_zone
from safekeeping.backups.restoring import in_place
from safekeeping.backups.running import back_up, export
from safekeeping.backups.storage.config import BackupConfig
from safekeeping.backups.storage.destinations import first_of
from safekeeping.erasure.erasing import erase_person
from safekeeping.erasure.outside import sync_with
from safekeeping.models import Backup
from tests.factories import UserFactory
from tests.forked import forked
from tests.safekeeping.backups.clinic_copy import backed_up_elsewhere, working_on
from tests.safekeeping.backups.cluster import Cluster, started_cluster
from tests.safekeeping.canary import EMAIL, canary, traces_in_database

SEARCH = """
import json
from leads.models import Lead
from tests.safekeeping.canary import traces_in_database
names = sorted({str(lead) for lead in Lead.all_objects.all()})
print(json.dumps([names, traces_in_database()]))
"""


@dataclass
class Clinic:
    """A server of its own that holds one person, with a backup and an export."""

    cluster: Cluster
    config: BackupConfig
    lead: Lead
    backup: Backup
    exported: Backup


@pytest.fixture(scope="module")
def clinic(
    committed_once: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Clinic]:
    folder = tmp_path_factory.mktemp("clinic")
    with started_cluster() as cluster:
        lead = canary(UserFactory())
        with backed_up_elsewhere(cluster, folder) as config:
            config = replace(config, second="")
            backup, exported = back_up(config, is_full=True), export(config)
            own = cluster.with_first(Path(config.first))
            yield Clinic(own, config, lead, backup, exported)


@pytest.fixture(autouse=True)
def configured(
    clinic: Clinic, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = clinic.config
    settings.BACKUP_DIR = config.first
    settings.BACKUP_SECOND = ""
    settings.BACKUP_RECIPIENTS = list(config.recipients)
    settings.BACKUP_SIGNING_KEY = config.signing_key
    settings.BACKUP_WORK_DIR = str(config.work)
    settings.BACKUP_DATABASE_URL = config.database_url
    settings.BACKUP_DRILL_IDENTITIES = []
    settings.IS_DATABASE_EXTERNAL = False
    monkeypatch.setattr(in_place, "EMBEDDED", clinic.cluster.server)


def restore(clinic: Clinic, **options: Any) -> str:
    said = io.StringIO()
    identity = Path(clinic.config.identities[0])
    call_command("restore", identity=identity, stdout=said, **options)
    return said.getvalue()


def where(said: str) -> dict[str, str]:
    """The variables by which `restore` says that its database is reached."""
    [line] = [line for line in said.splitlines() if "DATABASE_URL=" in line]
    return dict(part.split("=", 1) for part in line.split())


@contextmanager
def restored(clinic: Clinic, **options: Any) -> Iterator[dict[str, str]]:
    """This process at work on the restored database."""
    place = where(restore(clinic, **options))
    named = environ.Env.db_url_config(place["DATABASE_URL"])
    with working_on(
        {"HOST": place["PGHOST"], "PORT": place["PGPORT"], "PASSWORD": ""}
        | {name: named[name] for name in ("USER", "NAME")}
    ):
        yield place


@contextmanager
def erased_since(clinic: Clinic) -> Iterator[None]:
    """The destination knows it; in the clinic the person is there for other tests."""
    with transaction.atomic():
        erase_person(clinic.lead.pk)
        sync_with([first_of(clinic.config)])
        transaction.set_rollback(True)
    yield
    Path(clinic.config.first, "erasures", "ledger.txt").unlink()


def shown(pk: str) -> str:
    """What `restore --lead` asks of the restored database."""
    said = io.StringIO()
    call_command("inspect_restored", lead=pk, stdout=said)
    return said.getvalue()


def typed(monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{answer}\n"))


def test_one_lead_is_shown_as_it_was(clinic: Clinic) -> None:
    said = restore(clinic, lead=clinic.lead.pk)
    assert f"First name: Zenobia, Email: {EMAIL}, Phone: (" in said
    assert "Past values\n  " in said
    with pytest.raises(CommandError, match="didn't exist at that moment"):
        restore(clinic, lead="nobody")
    assert not list(clinic.config.work.rglob("server-*"))


def test_with_other_keys_contacts_stay_closed_and_it_says_where_the_right_ones_are(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = base64.urlsafe_b64encode(os.urandom(32)).decode()
    monkeypatch.setenv("FIELD_ENCRYPTION_KEYS", other)
    said = restore(clinic, lead=clinic.lead.pk)
    assert "First name: Zenobia, Email: unreadable, Phone: unreadable" in said
    assert "The keys are on the recovery sheet" in said


def test_nothing_of_a_restored_old_backup_shows_who_was_erased_since(
    clinic: Clinic,
) -> None:
    """Every row as text, every encrypted value opened, and the person as shown.

    The last of the two is also asked by a command started as the tool says to.
    """
    with erased_since(clinic):
        for is_export in (False, True):
            with restored(clinic, export=is_export) as place:
                assert traces_in_database() == [], f"export: {is_export}"
                said = shown(clinic.lead.pk)
            assert "First name: Erased" in said
            for trace in ("Zenobia", EMAIL, "Email: "):
                assert trace not in said
    found = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "--command", SEARCH],
        cwd=django_settings.BASE_DIR,
        env=os.environ | place,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(found.stdout) == [["Erased lead"], []]
    restore(clinic, clean_up=True)


def test_a_moment_outside_the_backups_is_refused(clinic: Clinic) -> None:
    """Before anybody is asked to confirm."""
    with pytest.raises(CommandError, match="choose a moment in between"):
        restore(clinic, to="2020-01-01 00:00", in_place=True)
    with pytest.raises(CommandError, match="The first export is of"):
        restore(clinic, to="2020-01-01 00:00", export=True)
    with pytest.raises(CommandError, match='a moment like "2026-11-22 16:14"'):
        restore(clinic, to="yesterday")


def test_another_servers_data_is_not_replaced(
    clinic: Clinic, settings: Settings
) -> None:
    settings.IS_DATABASE_EXTERNAL = True
    with pytest.raises(CommandError, match="take --data-only"):
        restore(clinic, in_place=True)


def test_in_place_asks_first_and_keeps_what_was_there(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster = clinic.cluster
    cluster.write(3)
    typed(monkeypatch, "yes")
    with pytest.raises(CommandError, match="Nothing was done"):
        restore(clinic, in_place=True)
    assert cluster.run("SELECT count(*) FROM ledger") == [(3,)]
    moment = (
        f"{clinic.backup.finished_at.astimezone(clinic_zone()):%Y-%m-%d %H:%M:%S.%f}"
    )
    typed(monkeypatch, "replace the database")
    said = restore(clinic, in_place=True, to=moment)
    assert cluster.run("SELECT count(*) FROM ledger") == [(0,)]
    [kept] = cluster.server.kept_data()
    assert str(kept) in said
    assert (kept / "PG_VERSION").exists()
    assert "A full backup was made" in said
    assert not list(clinic.config.work.rglob("server-*"))
    call_command("restore", clean_up=True, stdout=io.StringIO())
    assert cluster.server.kept_data() == []
    cluster.written.clear()


def test_data_only_leaves_a_stopped_folder(clinic: Clinic) -> None:
    said = restore(clinic, data_only=True)
    folder = Path(said.partition("stopped server: ")[2].strip())
    assert (folder / "PG_VERSION").exists()
    assert not (folder / "postmaster.pid").exists()
    assert not (folder / "recovery.signal").exists()
    call_command("restore", clean_up=True, stdout=io.StringIO())
    assert not folder.exists()


def test_killed_while_it_replaces_the_data_nothing_is_lost(clinic: Clinic) -> None:
    """Before the first rename, and between the two."""
    server = clinic.cluster.server
    clinic.cluster.write()
    before = clinic.cluster.run("SELECT count(*) FROM ledger")
    with clinic.cluster.restored(None) as made:
        data = in_place.prepare_data(made.server)
        for renamed in ("data", "data.coming"):
            # It is moved beside the server's own.
            copy = shutil.copytree(data, data.with_name(f"for-{renamed}"))
            replace_it = partial(replace_and_die, server.replace_data, copy, renamed)
            with forked(replace_it) as one:
                one.join()
            assert one.exitcode == -signal.SIGKILL, renamed
            server.start()
            assert clinic.cluster.run("SELECT count(*) FROM ledger") == before, renamed
            assert server.kept_data() == [], renamed


def replace_and_die(
    replace_data: Callable[[Path, str], object], data: Path, renamed: str
) -> None:
    """Killed by itself when the folder of that name is about to be renamed."""
    import sys

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "os.rename" and Path(arguments[0]).name == renamed:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
    replace_data(data, "now")
