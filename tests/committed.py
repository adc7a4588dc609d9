"""Rows that other programs can see: committed, and removed afterwards.

For tests with a second process or connection. The roles and people that migrations
and other tests rely on stay; only what the clinic's own apps hold is emptied.
"""

import os
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import connection
from pytest_django import DjangoDbBlocker

APPS = ("campaigns", "leads", "kpis", "commissions")
LONG_WORK = ["medspa_longrun", "procrastinate_jobs", "procrastinate_workers"]
MANAGE = [sys.executable, str(settings.BASE_DIR / "manage.py")]


@pytest.fixture
def committed(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    with django_db_blocker.unblock():
        empty_tables()
        refill_roles()
        yield
        empty_tables()


@pytest.fixture(scope="module")
def committed_once(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """The same for a whole file whose tests leave the rows as they are."""
    with django_db_blocker.unblock():
        empty_tables()
        refill_roles()
        yield
        empty_tables()


def empty_tables() -> None:
    # When no collected test is marked `django_db`, no test database is made.
    assert connection.settings_dict["NAME"].startswith("test_"), "run more tests"
    tables = [
        model._meta.db_table
        for app in APPS
        for model in apps.get_app_config(app).get_models()
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(tables + LONG_WORK)} CASCADE")


def refill_roles() -> None:
    """What migrations wrote, when a transactional test has emptied every table."""
    if not Group.objects.exists():
        written: Any = connection
        written.creation.deserialize_db_from_string(written._test_serialized_contents)


def database_url() -> str:
    """The address of the test database, for a process of its own."""
    place = connection.settings_dict
    user, password = quote(place["USER"], ""), quote(place["PASSWORD"], "")
    host = f"{place['HOST']}:{place['PORT']}" if place["PORT"] else place["HOST"]
    return f"postgres://{user}:{password}@{host}/{place['NAME']}"


def environment(**changes: str) -> dict[str, str]:
    """What a process of ours needs to work on the test database with our keys."""
    return os.environ | {
        "DEBUG": "on",
        "DATABASE_URL": database_url(),
        "SECRET_KEY": settings.SECRET_KEY,
        "FIELD_ENCRYPTION_KEYS": ",".join(settings.FIELD_ENCRYPTION_KEYS),
        "BLIND_INDEX_KEY": settings.BLIND_INDEX_KEY,
        **changes,
    }
