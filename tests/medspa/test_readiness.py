"""New code on old tables says so in one sentence, until `migrate` has run."""

from base64 import urlsafe_b64encode
from pathlib import Path
from secrets import token_bytes

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from pytest_django import Settings

from leads.models import Lead
from manage import tables_sentence
from medspa import readiness
from medspa.models import User
from medspa.web import readiness as pages

pytestmark = pytest.mark.django_db


def take_back_a_migration() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_migrations WHERE id ="
            " (SELECT max(id) FROM django_migrations WHERE app = 'leads')"
        )


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> readiness.Readiness:
    """As in a process that has just started."""
    made = readiness.Readiness()
    monkeypatch.setattr(pages, "READINESS", made)
    monkeypatch.setattr(readiness, "READINESS", made)
    return made


def test_before_migrate_every_page_says_what_to_do(
    fresh: readiness.Readiness, client: Client, front_desk: User
) -> None:
    client.force_login(front_desk)
    take_back_a_migration()
    for address in ("/leads/", "/", "/admin/login/"):
        page = client.get(address)
        assert page.status_code == 503
        assert "run <code>manage.py upgrade</code>" in page.content.decode()
    told = client.get("/leads/", headers={"HX-Request": "true"})
    assert "manage.py upgrade" in told.json()["message"]
    assert not fresh.is_ready


def test_an_app_that_is_older_than_its_database_says_what_to_do(
    fresh: readiness.Readiness, client: Client, front_desk: User
) -> None:
    client.force_login(front_desk)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied)"
            " VALUES ('leads', '9999_of_tomorrow', now())"
        )
    page = client.get("/leads/")
    assert page.status_code == 503
    assert "The database is newer than the app." in page.content.decode()
    with pytest.raises(CommandError, match="newer than the app"):
        call_command("worker", "--until-empty")
    assert not fresh.is_ready


def test_migrations_of_apps_that_are_gone_hold_up_nobody() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied)"
            " VALUES ('an_app_of_yesterday', '0001_initial', now())"
        )
    assert readiness.unknown_migrations() == []


def test_once_it_is_ready_it_is_not_asked_again(
    fresh: readiness.Readiness, client: Client, front_desk: User
) -> None:
    client.force_login(front_desk)
    assert client.get("/leads/").status_code == 200
    assert fresh.is_ready
    take_back_a_migration()
    assert client.get("/leads/").status_code == 200


def test_pending_migrations_are_named_by_app_and_name() -> None:
    assert readiness.pending_migrations() == []
    take_back_a_migration()
    [name] = readiness.pending_migrations()
    assert name.startswith("leads.00")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ("", "An administrator must run `manage.py upgrade`"),
        ("BLIND_INDEX_KEY", "keys don't match its database"),
    ],
)
def test_an_import_and_the_worker_refuse_to_start_before_migrate_and_with_wrong_keys(
    fresh: readiness.Readiness,
    settings: Settings,
    tmp_path: Path,
    wrong: str,
    sentence: str,
) -> None:
    file = tmp_path / "leads.csv"
    file.write_text("First Name,Email\nAda,ada@example.com\n")
    if wrong:
        settings.BLIND_INDEX_KEY = urlsafe_b64encode(token_bytes(32)).decode()
    else:
        take_back_a_migration()
    for command in (["import_leads", str(file)], ["worker", "--until-empty"]):
        with pytest.raises(CommandError, match=sentence):
            call_command(*command)
    assert not Lead.objects.exists()


def test_a_command_that_misses_a_table_says_to_migrate() -> None:
    with (
        pytest.raises(ProgrammingError) as caught,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT FROM leads_of_tomorrow")
    with pytest.raises(ProgrammingError):
        tables_sentence(caught.value)
    take_back_a_migration()
    assert "must run `manage.py upgrade`" in tables_sentence(caught.value)
