"""`manage.py upgrade`: what it proves, what it survives, and how it goes back."""

import io
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import DjangoDbBlocker, Settings

from campaigns.models import Campaign
from kpis.models import RollupState
from kpis.rollups import rebuild_rollups
from kpis.rollups.refresh import are_built
from medspa.clinic_time import clinic_zone
from medspa.postgres.plain_connection import plain_parameters
from medspa.readiness import pending_migrations, problem
from safekeeping.erasure.erasing import erase_person
from safekeeping.upgrade import copying, counts, programs
from safekeeping.upgrade.periodic import COPY_KEPT_FOR, remove_old_copy
from safekeeping.upgrade.record import Phase, UpgradeRecord
from safekeeping.upgrade.upgrading import upgrade
from tests import database
from tests.factories import (
    ActivityFactory,
    CampaignFactory,
    KpiEventFactory,
    LeadFactory,
)
from tests.forked import forked
from tests.locks import wait_until_somebody_waits, who_waits

pytestmark = pytest.mark.slow

CHECKS_NAME_THEIR_SCHEMA = (
    ("leads", "0060_checks_name_their_schema"),
    ("kpis", "0032_checks_name_their_schema"),
)
# An app of Django's that has none of its own.
NEWER = {"messages": "tests.safekeeping.newer.migrations"}


@pytest.fixture
def site(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    settings: Settings,
    tmp_path: Path,
) -> Iterator[list[str]]:
    """A database of its own with a few rows, for which a new version is there.

    What the upgrade says is in the list.
    """
    settings.VAR_DIR = tmp_path
    with django_db_blocker.unblock():
        own = connection.settings_dict["NAME"]
        name = f"{own}_upgrade"
        database.copy_migrated(name)
        CampaignFactory.create_batch(3)
        ActivityFactory()
        KpiEventFactory(paid=True, metadata_json={"category": "service"})
        settings.MIGRATION_MODULES = NEWER
        yield []
        database.drop(name)
        database.connect_to(own)


def now(*options: str) -> str:
    """The command, without its pauses; what it printed."""
    out = io.StringIO()
    call_command("upgrade", *options, stdout=out)
    return out.getvalue()


# Not by their definitions: PostgreSQL writes a condition that it read once more in
# other words.
THINGS = """
SELECT 'table', relname, relkind::text, relacl::text FROM pg_class
    WHERE relnamespace = 'public'::regnamespace
UNION ALL SELECT 'constraint', conname, contype::text, NULL FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'trigger', tgname, tgenabled::text, NULL FROM pg_trigger
    WHERE NOT tgisinternal
UNION ALL SELECT 'function', proname, prosrc, proacl::text FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace
UNION ALL SELECT 'schema', nspowner::text, NULL, nspacl::text FROM pg_namespace
    WHERE nspname = 'public'
ORDER BY 1, 2, 3
"""


def everything() -> tuple[list[Any], str]:
    """What the database is made of, and all its rows as text."""
    with connection.cursor() as cursor:
        cursor.execute(THINGS)
        return cursor.fetchall(), dumped()


def dumped() -> str:
    where, environment = programs.connecting()
    command = [programs.find("pg_dump"), "--data-only", f"--dbname={where}"]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=True
    )
    lines = done.stdout.splitlines()
    # pg_dump writes another random word at each run.
    return "\n".join(line for line in lines if "restrict" not in line)


@contextmanager
def another(statement: str) -> Iterator[psycopg.Connection[Any]]:
    """Somebody else's connection, in whose transaction the statement was done."""
    with psycopg.connect(**plain_parameters()) as link:
        link.execute(statement)
        yield link
        link.rollback()


def test_an_upgrade_copies_migrates_and_verifies(site: list[str]) -> None:
    assert problem().startswith("The app is newer than its database.")
    upgrade(site.append)
    said = "\n".join(site)
    assert "Copying the database, to be able to go back." in said
    assert "Migrations to do: 2." in said
    assert "Verified: totals, KPIs, encryption; none of" in said
    assert site[-1].startswith("Upgraded.")
    assert problem() == ""
    assert pending_migrations() == []
    record = UpgradeRecord.load()
    assert record
    assert record.phase is Phase.DONE
    assert record.dump.stat().st_mode & 0o077 == 0, "only for us"
    site.clear()
    upgrade(site.append)
    assert site == ["Nothing to upgrade: the tables are those of this version."]


def test_totals_that_the_new_version_stores_differently_are_rebuilt(
    site: list[str],
) -> None:
    rebuild_rollups(clinic_zone().key)
    RollupState.objects.update(layout=0)
    upgrade(site.append)
    assert "Verified: totals, KPIs" in "\n".join(site)
    assert are_built(clinic_zone().key)


def test_going_back_makes_the_database_what_it_was(site: list[str]) -> None:
    before = everything()
    upgrade(site.append)
    Campaign.objects.first().delete()  # type: ignore[union-attr]
    CampaignFactory.create_batch(2)
    said = now("--back", "--yes")
    assert "campaigns_campaign: 2 more rows than then." in said
    assert "The database is as it was on" in said
    assert everything() == before
    upgrade(site.append)
    assert site[-1].startswith("Upgraded."), "and once more"


def test_what_the_worker_empties_meanwhile_is_not_missed() -> None:
    """Queues, sessions and what is tidied up; what stays is counted in every app."""
    counted = counts.tables_that_stay()
    assert {"leads_activity", "connections_externalid", "api_apikey"} <= counted
    assert {"medspa_user_groups", "commissions_statementline"} <= counted
    emptied = {"kpis_changed", "medspa_personsession", "connections_receiveddelivery"}
    assert not emptied & counted


def test_going_back_to_a_version_whose_checks_name_no_schema(site: list[str]) -> None:
    """Its rows could not be loaded where nothing is in the search path."""
    for app, name in CHECKS_NAME_THEIR_SCHEMA:
        [*_, last] = import_module(f"{app}.migrations.{name}").Migration.operations
        with connection.cursor() as cursor:
            cursor.execute(last.reverse_sql)
    test_going_back_makes_the_database_what_it_was(site)


def test_going_back_asks_for_the_databases_name(
    site: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade(site.append)
    for answer in ("", "yes\n"):
        monkeypatch.setattr(sys, "stdin", io.StringIO(answer))
        with pytest.raises(CommandError, match="Nothing was done"):
            now("--back")
    assert problem() == ""
    monkeypatch.setattr(sys, "stdin", io.StringIO(connection.settings_dict["NAME"]))
    now("--back")
    assert len(pending_migrations()) == 2


def test_an_upgrade_killed_between_migrations_is_gone_on_with(site: list[str]) -> None:
    with another("SELECT pg_advisory_xact_lock(7001)"), forked(now) as process:
        wait_until_somebody_waits()
        process.kill()
        process.join()
        end_waiting()
    record = UpgradeRecord.load()
    assert record
    first_copy = record.sha256
    assert len(pending_migrations()) == 1
    assert problem().startswith("The app is newer than its database.")
    upgrade(site.append)
    assert "was cut off after 1 of 2 migrations. Going on" in site[0]
    assert problem() == ""
    assert now("--back", "--yes")
    assert len(pending_migrations()) == 2
    assert copying.sha256_of(record.dump) == first_copy, "the copy from before it all"


def end_waiting() -> None:
    """A server notices only when it writes that its client was killed."""
    with connection.cursor() as cursor:
        for pid in who_waits(cursor):
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


@pytest.mark.parametrize("phase", [Phase.COPYING, Phase.GOING_BACK, Phase.VERIFYING])
def test_an_upgrade_killed_elsewhere_says_where(site: list[str], phase: Phase) -> None:
    upgrade(site.append)
    if phase is not Phase.VERIFYING:
        now("--back", "--yes")
    record = UpgradeRecord.load()
    assert record
    record.enter(phase)
    site.clear()
    if phase is Phase.GOING_BACK:
        with pytest.raises(CommandError, match="only the record of that is missing"):
            upgrade(site.append)
        upgrade(site.append)
    else:
        upgrade(site.append)
        assert "was cut off" in site[0]
    assert problem() == ""


def test_going_back_that_was_cut_off_before_its_end_did_nothing(
    site: list[str],
) -> None:
    upgrade(site.append)
    record = UpgradeRecord.load()
    assert record
    record.enter(Phase.GOING_BACK)
    site.clear()
    upgrade(site.append)
    assert "that was cut off and did nothing" in site[0]
    assert problem() == ""


def test_a_table_in_use_is_waited_for_and_said(site: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '50ms'")
    with (
        another("LOCK TABLE campaigns_campaign IN ROW EXCLUSIVE MODE"),
        pytest.raises(CommandError, match="goes on where it is now"),
    ):
        upgrade(site.append, pauses=(0.01,))
    assert "The tables are in use. Trying again in 0.01 seconds." in site
    upgrade(site.append)
    assert problem() == ""


def test_rows_that_are_gone_afterwards_are_named(site: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '50ms'")
    with (
        another("LOCK TABLE campaigns_campaign IN ROW EXCLUSIVE MODE"),
        pytest.raises(CommandError, match="goes on"),
    ):
        upgrade(site.append, pauses=())
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM campaigns_campaign")
    with pytest.raises(CommandError, match="something is not as it should be"):
        upgrade(site.append)
    assert "campaigns_campaign had 3 rows and has 0." in site
    now("--back", "--yes")
    assert Campaign.objects.count() == 3


def test_without_an_upgrade_there_is_nothing_to_go_back_to(site: list[str]) -> None:
    with pytest.raises(CommandError, match="There is no copy to go back to"):
        now("--back", "--yes")


def test_two_upgrades_at_once_are_refused(site: list[str]) -> None:
    with (
        another("SELECT pg_advisory_lock(5270442)"),
        pytest.raises(CommandError, match="Another upgrade of this database"),
    ):
        upgrade(site.append)


def test_the_next_upgrade_waits_until_the_server_let_go_of_the_last_one(
    site: list[str],
) -> None:
    """Which it does a moment after the last one closed its connection."""
    with psycopg.connect(**plain_parameters(), autocommit=True) as last:
        last.execute("SELECT pg_advisory_lock(5270442)")
        ends = threading.Timer(0.3, last.close)
        ends.start()
        upgrade(site.append)
        ends.join()
    assert problem() == ""


def test_a_database_of_a_newer_version_is_left_alone(
    site: list[str], settings: Settings
) -> None:
    upgrade(site.append)
    settings.MIGRATION_MODULES = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied)"
            " VALUES ('leads', '9999_of_tomorrow', now())"
        )
    with pytest.raises(CommandError, match="9999_of_tomorrow"):
        upgrade(site.append)


def test_a_copy_that_is_damaged_or_gone_is_not_put_back(site: list[str]) -> None:
    upgrade(site.append)
    record = UpgradeRecord.load()
    assert record
    content = record.dump.read_bytes()
    record.dump.write_bytes(content[: len(content) // 2])
    with pytest.raises(CommandError, match="is not the file that was written"):
        now("--back", "--yes")
    before = dumped()
    with pytest.raises(CommandError, match="Nothing was restored"):
        copying.put_back(record.dump)
    assert dumped() == before, "half a copy changes nothing"


def test_who_was_erased_after_the_copy_is_erased_in_it_too(site: list[str]) -> None:
    lead = LeadFactory(first_name="Ada")
    upgrade(site.append)
    erase_person(lead.pk)
    assert "Erased again: 1." in now("--back", "--yes")
    lead.refresh_from_db()
    assert lead.first_name != "Ada"


def test_the_copy_is_removed_after_a_week(site: list[str]) -> None:
    upgrade(site.append)
    record = UpgradeRecord.load()
    assert record
    remove_old_copy(timestamp=0)
    assert record.dump.exists()
    record.begun_at -= COPY_KEPT_FOR
    record.enter(Phase.DONE)
    remove_old_copy(timestamp=0)
    assert not record.dump.exists()
    with pytest.raises(CommandError, match="it is kept for a week"):
        now("--back", "--yes")


def test_going_back_is_refused_while_people_work(site: list[str]) -> None:
    upgrade(site.append)
    with (
        another("SELECT 1"),
        pytest.raises(CommandError, match="systemctl stop medspa-web"),
    ):
        now("--back", "--yes")
    assert problem() == ""


def test_without_room_for_the_copy_nothing_is_changed(
    site: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    full = shutil.disk_usage("/")._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: full)
    with pytest.raises(CommandError, match="Nothing was changed"):
        upgrade(site.append)
    assert len(pending_migrations()) == 2
