"""New code on old tables says so in one sentence, until `migrate` has run."""

import pytest
from django.db import connection
from django.test import Client

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
    return made


def test_before_migrate_every_page_says_what_to_do(
    fresh: readiness.Readiness, client: Client, front_desk: User
) -> None:
    client.force_login(front_desk)
    take_back_a_migration()
    for address in ("/leads/", "/", "/admin/login/"):
        page = client.get(address)
        assert page.status_code == 503
        assert "An administrator must run `manage.py migrate`" in page.content.decode()
    told = client.get("/leads/", headers={"HX-Request": "true"})
    assert "manage.py migrate" in told.json()["message"]
    assert not fresh.is_ready


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
