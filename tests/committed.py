"""Rows that other programs can see: committed, and removed afterwards.

For tests with a second process or connection.
"""

import os
import sys
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from pytest_django import DjangoDbBlocker

from tests.restoring import restore

APPS = ("campaigns", "leads", "kpis", "commissions", "safekeeping", "api")
MANAGE = [sys.executable, str(settings.BASE_DIR / "manage.py")]


@pytest.fixture
def committed(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    with django_db_blocker.unblock():
        restore()
        yield
        restore()


@pytest.fixture(scope="module")
def committed_once(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """The same for a whole file whose tests leave the rows as they are."""
    with django_db_blocker.unblock():
        restore()
        yield
        restore()


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
        "SAFEKEEPING_KEY": settings.SAFEKEEPING_KEY,
        **changes,
    }
