"""A migrated database, made once, of which every test process gets a copy.

Migrating takes 12 seconds and more; copying what was migrated takes a fraction of one.
The copied database stays on the server between runs, under a name that changes with
whatever migrations depend on.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from psycopg import sql

# Runs on changed copies of the project (tests/mutants) keep to names of their own, and
# to what was migrated before the change.
PREFIX = os.environ.get("TEST_TEMPLATE_PREFIX", "test_template_")
DIGEST = os.environ.get("TEST_TEMPLATE_DIGEST")
LOCK = 5_270_441  # an advisory lock: one process migrates, the others wait
# Migrations and what they import; contenttypes and permissions follow the models.
SOURCES = ("*/migrations/*.py", "*/models.py", "*/models/*.py")
MORE_SOURCES = (
    "requirements-dev.lock",
    "medspa/clock.py",
    "medspa/encryption/fields.py",
    "medspa/audit/history.py",
    "medspa/ids.py",
    "medspa/json_columns/conditions.py",
    "medspa/roles.py",
    "medspa/postgres/squashing.py",
    "leads/contact.py",
    "leads/privacy.py",
    "leads/name_letters.txt",
)


def copy_migrated(name: str) -> None:
    """(Re)make the database `name` as it is after `migrate`, and connect to it."""
    template = migrated()
    with server() as cursor:
        _drop(cursor, name)
        _run(cursor, "CREATE DATABASE {} TEMPLATE {}", name, template)
        # Nobody needs these rows after a power cut.
        _run(cursor, "ALTER DATABASE {} SET synchronous_commit = off", name)
    connect_to(name)


@contextmanager
def claimed(name: str) -> Iterator[str]:
    """`name`, or `name_2` and so on while other runs of the tests work with those.

    The claim ends with our connection, so with a process that is killed, too.
    """
    with server() as cursor:
        for number in count(1):
            free = name if number == 1 else f"{name}_{number}"
            claim = "SELECT pg_try_advisory_lock(%s, hashtext(%s))"
            if cursor.execute(claim, [LOCK, free]).fetchone() == (True,):
                break
        yield free


def drop(name: str) -> None:
    connection.close()
    connection.close_pool()
    with server() as cursor:
        _drop(cursor, name)


def migrated() -> str:
    """The name of the migrated database; the first call after a change makes it."""
    name = PREFIX + digest()
    with server() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        known = cursor.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE %s", [PREFIX + "%"]
        ).fetchall()
        if (name,) in known:
            return name
        for (old,) in known:
            _drop(cursor, old)
        draft = f"draft_{name}"
        _drop(cursor, draft)
        _run(cursor, "CREATE DATABASE {}", draft)
        connect_to(draft)
        call_command("migrate", verbosity=0, interactive=False)
        with connection.cursor() as made:  # tests make the stages and tags they need
            for table in ("pipelinestage", "tag"):
                # Past the rule that history is never changed.
                trail = f"leads_{table}history"
                made.execute(f"ALTER TABLE {trail} DISABLE TRIGGER USER")
                made.execute(f"TRUNCATE {trail}")
                made.execute(f"ALTER TABLE {trail} ENABLE TRIGGER USER")
                made.execute(f"DELETE FROM leads_{table}")  # noqa: S608
        connection.close()
        connection.close_pool()
        _run(cursor, "ALTER DATABASE {} RENAME TO {}", draft, name)
    return name


def digest() -> str:
    """Changes with everything that decides what `migrate` makes."""
    if DIGEST:
        return DIGEST
    base = Path(settings.BASE_DIR)
    content = hashlib.sha256()
    for path in sorted(sources()):
        content.update(str(path.relative_to(base)).encode() + b"\0")
        content.update(path.read_bytes() + b"\0")
    # The migrated database keeps proofs of the keys.
    content.update(str(settings.FIELD_ENCRYPTION_KEYS).encode())
    content.update(settings.BLIND_INDEX_KEY.encode())
    return content.hexdigest()[:16]


def sources() -> set[Path]:
    base = Path(settings.BASE_DIR)
    found = {path for pattern in SOURCES for path in base.glob(pattern)}
    return found | {base / name for name in MORE_SOURCES}


def connect_to(name: str) -> None:
    connection.close()
    connection.close_pool()
    settings.DATABASES["default"]["NAME"] = name
    connection.settings_dict["NAME"] = name
    ContentType.objects.clear_cache()  # another database may number them otherwise


@contextmanager
def server() -> Iterator[psycopg.Cursor[Any]]:
    """A cursor on the server outside any test database; each statement commits."""
    place = settings.DATABASES["default"]
    with psycopg.connect(
        host=place["HOST"],
        port=place["PORT"] or None,
        user=place["USER"],
        password=place["PASSWORD"],
        dbname="postgres",
        autocommit=True,
    ) as link:
        yield link.cursor()


def _drop(cursor: psycopg.Cursor[Any], name: str) -> None:
    """Without FORCE, which would need the right to end the server's own vacuum."""
    cursor.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = %s AND usename = current_user",
        [name],
    )
    _run(cursor, "DROP DATABASE IF EXISTS {}", name)


def _run(cursor: psycopg.Cursor[Any], statement: str, *names: str) -> None:
    cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
