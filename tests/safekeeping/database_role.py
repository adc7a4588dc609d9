"""The site's own role in the test database, signed in as on a real site."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from psycopg import sql

from safekeeping.database_roles.granting import granting
from tests.database import connect_to

PASSWORD = "of-the-application"


@contextmanager
def application_role() -> Iterator[str]:
    """A role that may sign in and has what `migrate` grants; no name is used twice."""
    role = f"site_of_{connection.settings_dict['NAME']}"
    name = sql.Identifier(role)
    with superuser() as cursor:
        cursor.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(name))
        cursor.execute(
            sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(name, PASSWORD)
        )
    with connection.cursor() as ours:
        ours.execute(granting(role))
    try:
        yield role
    finally:
        with superuser() as cursor:
            cursor.execute(sql.SQL("DROP OWNED BY {}").format(name))
            cursor.execute(sql.SQL("DROP ROLE {}").format(name))


@contextmanager
def superuser() -> Iterator[psycopg.Cursor[Any]]:
    """A cursor in the test database; the embedded server's has our role's password."""
    place = connection.settings_dict
    user = place["USER"] if settings.IS_DATABASE_EXTERNAL else "postgres"
    with signed_in_as(user, place["PASSWORD"]) as cursor:
        cursor.execute("SELECT current_setting('is_superuser')")
        if cursor.fetchone() != ("on",):
            pytest.skip("the tests' role is no superuser")
        yield cursor


@contextmanager
def connected_as(role: str) -> Iterator[None]:
    """All connections of Django are the role's."""
    place: Any = connection.settings_dict
    owner = {"USER": place["USER"], "PASSWORD": place["PASSWORD"]}
    name = place["NAME"]
    try:
        place.update(USER=role, PASSWORD=PASSWORD)
        settings.DATABASES["default"].update(USER=role, PASSWORD=PASSWORD)
        connect_to(name)
        yield
    finally:
        place.update(owner)
        settings.DATABASES["default"].update(owner)
        connect_to(name)


@contextmanager
def signed_in_as(role: str, password: str = PASSWORD) -> Iterator[psycopg.Cursor[Any]]:
    """A cursor outside Django; each statement commits."""
    place = connection.settings_dict
    with psycopg.connect(
        host=place["HOST"],
        port=place["PORT"] or None,
        user=role,
        password=password,
        dbname=place["NAME"],
        autocommit=True,
    ) as link:
        yield link.cursor()
