"""Somebody with a role, as more than a thousand tests need one.

Making a user with a role and the history of both takes eight milliseconds. Each process
does it once; afterwards one statement writes the same rows again.
"""

from types import SimpleNamespace
from typing import Any

from django.contrib.auth import (
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
)
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client

from medspa.accounts import sessions
from medspa.models import User

# Table → its column that names the person.
TABLES = {
    "medspa_user": "id",
    "medspa_userhistory": "id",
    "medspa_user_groups": "user_id",
    "medspa_user_groupshistory": "user_id",
}
READ = "SELECT coalesce(jsonb_agg(one), '[]')::text FROM {} one WHERE {} = %s"
WRITE = "INSERT INTO {0} SELECT * FROM jsonb_populate_recordset(NULL::{0}, %s)"
# Database, name and role → the person's rows in each table. Another database counts
# its history by other numbers.
known_rows: dict[tuple[str, str, str], dict[str, str]] = {}


def make_person(name: str, role: str) -> User:
    """Somebody new with this role; with "" somebody who has none."""
    key = connection.settings_dict["NAME"], name, role
    if rows := known_rows.get(key):
        return _write(rows)
    person: User = User.objects.create(username=name)
    rows = rows_of(person)
    if role:
        person.groups.add(Group.objects.get(name=role))
        # The row itself as it was: a trigger changes it when the role comes.
        rows = rows_of(person) | {"medspa_user": rows["medspa_user"]}
    known_rows[key] = rows
    return person


def rows_of(person: User) -> dict[str, str]:
    with connection.cursor() as cursor:
        rows = {}
        for table, column in TABLES.items():
            cursor.execute(READ.format(table, column), [person.pk])
            rows[table] = cursor.fetchone()[0]
        return rows


def _write(rows: dict[str, str]) -> User:
    person, *others = map(WRITE.format, rows)
    parts = ", ".join(f"part{at} AS ({one})" for at, one in enumerate(others))
    values = [rows[table] for table in [*TABLES][1:]]
    made: Any = User.objects.raw(
        f"WITH {parts} {person} RETURNING *", [*values, rows["medspa_user"]]
    )
    return made[0]


def force_login(client: Client, user: User, backend: str | None = None) -> None:
    """The session that Django's `force_login` begins, and nothing else.

    Signing in also writes a log and forgets failed attempts. That takes four of five
    milliseconds, and tests of it send the form.
    """
    made: Any = client
    user.backend = backend or made._get_backend()  # type: ignore[attr-defined]
    session = sessions.SessionStore()
    session[SESSION_KEY] = user.pk
    session[BACKEND_SESSION_KEY] = user.backend  # type: ignore[attr-defined]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    sessions.begin(session)
    session.save()
    made._set_login_cookies(SimpleNamespace(session=session))
