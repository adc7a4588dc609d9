"""A site whose role owns no table works, and can't switch off what keeps history."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from psycopg import errors
from pytest_django import Settings

from kpis.events.payments import record_payment
from kpis.models import KpiEvent
from leads.models import Lead, PipelineStage
from medspa.audit.actors import acting
from medspa.models import AuditEvent, RunState
from medspa.postgres.databases import is_for_owner, role_of
from medspa.roles import ADMINISTRATOR
from medspa.setup.rebuilding import start_rebuild
from safekeeping.database_roles.granting import (
    grant_after_migrate,
    granting,
    separating,
)
from safekeeping.database_roles.health import role_line
from safekeeping.erasure.requests import approve_erasure, request_erasure
from safekeeping.models import Certificate
from safekeeping.retention.nightly import run_night
from tests.factories import LeadFactory, StageFactory, UserFactory
from tests.job_runs import carry_out
from tests.safekeeping.database_role import (
    application_role,
    connected_as,
    signed_in_as,
    superuser,
)
from tests.safekeeping.sealed import seal_all
from tests.safekeeping.test_history_stays import proved

LONG_AGO = datetime(2017, 3, 1, 15, tzinfo=UTC)
KEPT = ("safekeeping_seal", "safekeeping_sealedrows", "safekeeping_certificate")
# What nobody who has taken over the site may do; each is refused for want of rights.
FORBIDDEN = (
    "UPDATE {table} SET {column} = {column}",
    "DELETE FROM {table}",
    "TRUNCATE {table} CASCADE",
    "ALTER TABLE {table} DISABLE TRIGGER USER",
    "ALTER TABLE {table} DISABLE TRIGGER ALL",
    "ALTER TABLE {table} ADD COLUMN more text",
    "CREATE RULE gone AS ON INSERT TO {table} DO INSTEAD NOTHING",
    "CREATE TRIGGER gone BEFORE INSERT ON {table} FOR EACH ROW"
    " EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "DROP TABLE {table} CASCADE",
)
FORBIDDEN_AT_ALL = (
    "SET session_replication_role = replica",
    "DROP FUNCTION safekeeping_history_stays() CASCADE",
    "CREATE OR REPLACE FUNCTION safekeeping_history_stays() RETURNS trigger"
    " LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "CREATE TABLE another (id int)",
    "DROP SCHEMA public CASCADE",
    "ALTER SCHEMA public RENAME TO gone",
    "SET ROLE {owner}",
    "SELECT set_config('role', '{owner}', false)",
)
OWNERS = """
SELECT (SELECT relowner::regrole::text FROM pg_class WHERE relname = 'leads_lead'),
    (SELECT proowner::regrole::text FROM pg_proc WHERE proname = 'leads_fold'),
    (SELECT datdba::regrole::text FROM pg_database WHERE datname = current_database())
"""


@pytest.fixture(scope="module")
def role(committed_once: None) -> Iterator[str]:
    with application_role() as name:
        yield name


def test_the_sites_role_cannot_change_history(role: str) -> None:
    owner = connection.settings_dict["USER"]
    LeadFactory()
    with signed_in_as(role) as cursor:
        for table in (*proved(), *KEPT):
            column = "id" if table != "safekeeping_seal" else "number"
            for statement in FORBIDDEN:
                refused(cursor, statement.format(table=table, column=column))
        for statement in FORBIDDEN_AT_ALL:
            refused(cursor, statement.format(owner=owner))
        cursor.execute("SELECT count(*) FROM leads_leadhistory")
        assert cursor.fetchone() != (0,)


def refused(cursor: psycopg.Cursor[Any], statement: str) -> None:
    try:
        cursor.execute(statement.encode())
    except errors.InsufficientPrivilege:
        return
    pytest.fail(f"{statement} was not refused")


def test_a_clinics_day_works_in_the_sites_role(role: str, client: Client) -> None:
    stage, other = StageFactory(), StageFactory()
    one, two = UserFactory(role=ADMINISTRATOR), UserFactory(role=ADMINISTRATOR)
    leaver = UserFactory()
    old = LeadFactory(created_at=LONG_AGO)
    Lead.objects.filter(pk=old.pk).update(updated_at=LONG_AGO)
    with connected_as(role):
        client.force_login(one)
        comes_in(client, stage)
        lead = Lead.objects.get(first_name="Zoe")
        client.post(reverse("lead_move", args=[lead.pk]), {"stage": other.pk})
        assert lead.stage_periods.filter(stage=other, left_at=None).exists()
        with acting(user=leaver):
            record_payment(lead, 50_000)
        assert client.get(reverse("lead", args=[lead.pk])).status_code == 200
        run = carry_out(start_rebuild(one, reverse("leads")))
        assert (run.state, run.failure) == (RunState.DONE, "")
        assert run_night().counts_json["leads.Lead"] == 1
        seal_all()
        request = request_erasure(lead.pk, "asked", one)
        approve_erasure(request.pk, two)
        call_command("verify_audit", verbosity=0)
        leaver.delete()
    assert Lead.objects.get(pk=lead.pk).is_erased
    assert Certificate.objects.count() == 2
    assert KpiEvent.objects.filter(value_cents=50_000).exists()
    assert AuditEvent.objects.filter(kind="history_changed").exists()


def comes_in(client: Client, stage: PipelineStage) -> None:
    fields = {"first_name": "Zoe", "email": "zoe@example.com", "source": "phone"}
    client.post(reverse("lead_add"), fields | {"stage": stage.pk})


def test_migrate_grants_what_new_tables_need(role: str, settings: Settings) -> None:
    settings.OWNER_ROLE, settings.APPLICATION_ROLE = "somebody", role
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE new (id int); CREATE TABLE newhistory (id int)")
        cursor.execute(
            "CREATE TRIGGER newhistory_stays BEFORE UPDATE OR DELETE ON newhistory"
            " FOR EACH ROW EXECUTE FUNCTION safekeeping_history_stays()"
        )
    try:
        grant_after_migrate()
        with signed_in_as(role) as cursor:
            cursor.execute("INSERT INTO new VALUES (1); UPDATE new SET id = 2")
            cursor.execute("INSERT INTO newhistory VALUES (1); DELETE FROM new")
            refused(cursor, "UPDATE newhistory SET id = 2")
            refused(cursor, "DELETE FROM newhistory")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE new, newhistory")


def test_nobody_but_the_owner_migrates(role: str) -> None:
    with connected_as(role):
        for command in ("migrate", "upgrade"):
            with pytest.raises(CommandError, match="Set DATABASE_OWNER_URL"):
                call_command(command, verbosity=0)


def test_doctor_says_who_owns_the_tables(role: str, settings: Settings) -> None:
    owner = connection.settings_dict["USER"]
    settings.IS_DATABASE_EXTERNAL, settings.OWNER_ROLE = True, ""
    assert "it owns the tables, so anyone who takes over" in role_line().words
    assert not role_line().is_ok
    with connected_as(role):
        line = role_line()
        assert line.is_ok
        words = f"The site connects as {role}; the tables belong to {owner}."
        assert line.words == words
        settings.OWNER_ROLE = owner
        assert f"The password of {owner}" in role_line().words
    settings.IS_DATABASE_EXTERNAL = False
    assert role_line().is_ok


def test_one_role_is_made_two_without_losing_a_right(role: str) -> None:
    """The printed SQL, run by a superuser, on a database that the site's role owns."""
    owner = f"owner_of_{role}"
    with superuser() as cursor, cursor.connection.transaction(force_rollback=True):
        for kind in ("TABLE leads_lead", "FUNCTION leads_fold(text)"):
            cursor.execute(f"ALTER {kind} OWNER TO {role}".encode())
        cursor.execute(separating(role, owner).encode())
        cursor.execute(granting(role).encode())
        cursor.execute(OWNERS)
        assert cursor.fetchone() == (owner, owner, owner)
        cursor.execute(f"SET LOCAL ROLE {role}".encode())
        cursor.execute("SELECT leads_fold('A') FROM leads_lead")
        refused(cursor, "ALTER TABLE leads_lead DISABLE TRIGGER USER")


def test_the_command_prints_for_two_roles_only(settings: Settings) -> None:
    settings.APPLICATION_ROLE, settings.OWNER_ROLE = "site", "owner"
    out = io.StringIO()
    call_command("database_roles", stdout=out)
    assert out.getvalue().startswith("BEGIN;\nDO $$")
    assert "application constant name := 'site';" in out.getvalue()
    for wrong in ("", "site"):
        settings.OWNER_ROLE = wrong
        with pytest.raises(CommandError, match="DATABASE_OWNER_URL"):
            call_command("database_roles", stdout=out)


@pytest.mark.parametrize(
    ("arguments", "user"),
    [
        (["manage.py", "migrate"], "owner"),
        (["/srv/medspa/manage.py", "upgrade"], "owner"),
        (["manage.py", "worker"], "site"),
        (["manage.py", "retention"], "site"),
        (["gunicorn", "medspa.wsgi"], "site"),
    ],
)
def test_only_commands_that_change_tables_connect_as_the_owner(
    arguments: list[str], user: str
) -> None:
    is_owners = user == "owner"
    assert is_for_owner(arguments) is is_owners
    assert role_of(f"postgres://{user}:p%40ss@/medspa?host=/run/postgresql") == user
