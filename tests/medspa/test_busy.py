"""Who waits too long for a row is told who has it; nobody waits for ever."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from leads.models import Lead
from medspa.models import User
from medspa.postgres.limits import (
    COMMANDS,
    MIGRATIONS,
    WEB,
    WORKER,
    limits_of,
    server_options,
)
from tests import factories
from tests.committed import database_url
from tests.locks import elsewhere, wait_until_somebody_waits


@pytest.mark.parametrize(
    ("command", "limits"),
    [
        (["/srv/.venv/bin/gunicorn", "medspa.wsgi"], WEB),
        (["manage.py", "runserver"], WEB),
        (["manage.py", "worker"], WORKER),
        (["./manage.py", "migrate"], MIGRATIONS),
        (["manage.py", "import_leads", "a.csv"], COMMANDS),
        ([], WEB),
    ],
)
def test_each_kind_of_process_has_limits_of_its_own(
    command: list[str], limits: object
) -> None:
    assert limits_of(command) is limits


def shown(options: str) -> dict[str, str]:
    names = (
        "lock_timeout",
        "statement_timeout",
        "idle_in_transaction_session_timeout",
        "jit",
    )
    with psycopg.connect(database_url(), options=options) as link:
        return {name: link.execute(f"SHOW {name}").fetchone()[0] for name in names}  # type: ignore[arg-type, index]


def test_a_page_waits_three_seconds_for_a_lock_and_the_url_has_the_last_word(
    db: None,
) -> None:
    assert shown(server_options(WEB)) == {
        "lock_timeout": "3s",
        "statement_timeout": "30s",
        "idle_in_transaction_session_timeout": "1min",
        "jit": "off",
    }
    longer = shown(server_options(WEB, "-c lock_timeout=9s -c jit=on"))
    assert (longer["lock_timeout"], longer["jit"]) == ("9s", "on")
    assert longer["statement_timeout"] == "30s"


def test_the_connections_of_this_process_have_limits(db: None) -> None:
    options = settings.DATABASES["default"]["OPTIONS"]
    assert options["pool"]["timeout"] <= 5
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT boot_val, reset_val FROM pg_settings WHERE name = %s",
            ["lock_timeout"],
        )
        assert cursor.fetchone() == ("0", str(COMMANDS.lock * 1000))


@contextmanager
def saving(lead: Lead, label: str) -> Iterator[None]:
    """Somebody's request, with its label, has the lead; we lose patience at once."""
    with elsewhere() as cursor, connection.cursor() as ours:
        cursor.execute("SELECT set_config('application_name', %s, false)", [label])
        cursor.execute(
            "SELECT FROM leads_lead WHERE id = %s FOR NO KEY UPDATE", [lead.pk]
        )
        ours.execute("SET lock_timeout = '50ms'")
        try:
            yield
        finally:
            ours.execute("RESET lock_timeout")


@pytest.fixture
def lead(committed: None) -> Lead:
    return factories.LeadFactory(admitted=True)


@pytest.fixture
def maria(committed: None) -> User:
    return User.objects.create(username="maria", first_name="Maria", is_superuser=True)


def test_who_has_the_lead_is_named_on_a_page_and_to_a_script(
    client: Client, lead: Lead, maria: User
) -> None:
    client.force_login(maria)
    address = f"/leads/{lead.pk}/log/"
    words = "Maria is saving this lead right now. Nothing was done. Try again."
    with saving(lead, f"medspa person {maria.pk}"):
        page = client.post(address, {"type": "call", "outcome": "answered"})
        for headers in ({"HX-Request": "true"}, {"Accept": "application/json"}):
            told = client.post(
                address, {"type": "call", "outcome": "answered"}, headers=headers
            )
            assert told.status_code == 409
            assert words in told.json()["message"]
    assert page.status_code == 409
    assert words in page.content.decode()
    assert not lead.activities.filter(type="call").exists()


@pytest.mark.parametrize(
    ("label", "who"),
    [
        ("medspa job c1", "A background job is saving this lead"),
        ("psql", "Someone else is saving this lead"),
        ("medspa person c0", "Someone else is saving this lead"),
    ],
)
def test_who_is_no_person_is_told_as_what_it_is(
    client: Client, lead: Lead, maria: User, label: str, who: str
) -> None:
    client.force_login(maria)
    with saving(lead, label):
        page = client.post(f"/leads/{lead.pk}/log/", {"type": "call"})
    assert (page.status_code, who in page.content.decode()) == (409, True)


def test_who_queues_behind_another_for_the_lead_is_told_who_has_it(
    client: Client, lead: Lead, maria: User
) -> None:
    client.force_login(maria)
    with saving(lead, f"medspa person {maria.pk}"), elsewhere() as first:
        link = first.connection.pgconn
        query = f"SELECT FROM leads_lead WHERE id = '{lead.pk}' FOR NO KEY UPDATE"
        first.execute("SET lock_timeout = '5s'")
        link.send_query(query.encode())
        wait_until_somebody_waits()
        page = client.post(f"/leads/{lead.pk}/log/", {"type": "call"})
        first.connection.cancel()
        while link.get_result():
            pass
    words = "Maria is saving this lead right now. Nothing was done."
    assert (page.status_code, words in page.content.decode()) == (409, True)


def test_a_request_that_saves_carries_its_person_and_leaves_no_label(
    client: Client, front_desk: User
) -> None:
    lead = factories.LeadFactory(admitted=True)
    client.force_login(front_desk)
    labels: set[str] = set()

    def look(execute: object, sql: str, *rest: object) -> object:
        labels.add(label())
        return execute(sql, *rest)  # type: ignore[operator]

    with connection.execute_wrapper(look):
        client.post(f"/leads/{lead.pk}/log/", {"type": "call", "outcome": "answered"})
    assert f"medspa person {front_desk.pk}" in labels
    assert label() == ""


def label() -> str:
    raw = connection.connection
    return raw.execute("SELECT current_setting('application_name')").fetchone()[0]


def test_a_statement_that_runs_too_long_is_stopped_in_words(
    client: Client, maria: User
) -> None:
    client.force_login(maria)
    with elsewhere() as cursor, connection.cursor() as ours:
        cursor.execute("LOCK TABLE leads_lead IN ACCESS EXCLUSIVE MODE")
        ours.execute("SET statement_timeout = '50ms'")
        page = client.get("/leads/")
        ours.execute("RESET statement_timeout")
    assert (page.status_code, page["Retry-After"]) == (503, "5")
    assert "This took too long and was stopped" in page.content.decode()
