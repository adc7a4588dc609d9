"""Proves that squashed migrations make what the ones they replace make.

`python -m tests.squash_proof` migrates three empty databases on the embedded server: by
the squashed migrations, by the replaced ones, and by the replaced ones up to the middle
and then as `migrate` goes on by itself. It compares what pg_dump writes of their tables
and what rows are there, prints the differences and ends with 1 if there is one. It
takes two or three minutes.
"""

import difflib
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import django
import psycopg
from psycopg import sql

PREFIX = "squash_proof_"
# Names that PostgreSQL and Django made of a name of that time. Nothing asks for them:
# Django finds a constraint that it drops by its columns.
FORMER = (
    (r" CONSTRAINT \w+_not_null NOT NULL", " NOT NULL"),
    (r"medspa_longrun_", "medspa_jobrun_"),
    (r"_[0-9a-f]{8}_fk", "_fk"),
)
# Columns that safekeeping adds, after the app's own ones or between them. Rows are
# hashed and copied by names of columns.
COLUMNS_APART = ("proof_salt", "proof_xid", "proof_kept", "proof_change")
# What differs from one run to the next.
MOMENT = r"'20\d\d-\d\d-\d\d [^']*'"
SALT = r"'[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'"
PROOF = r"'\\x01[0-9a-f]+'"
# By codes: numbers follow the order in which apps were migrated, and Django leaves
# a permission the words it was made with.
RIGHTS = """
SELECT app_label || '.' || model, codename, auth_group.name
FROM django_content_type
LEFT JOIN auth_permission ON content_type_id = django_content_type.id
LEFT JOIN auth_group_permissions ON permission_id = auth_permission.id
LEFT JOIN auth_group ON auth_group.id = group_id
"""


@contextmanager
def replaced_ones() -> Iterator[None]:
    """`migrate` knows no squashed migration."""
    from django.db.migrations import executor

    from tests.squashed_models import ReplacedLoader

    usual = executor.MigrationLoader
    executor.MigrationLoader = ReplacedLoader  # type: ignore[misc]
    try:
        yield
    finally:
        executor.MigrationLoader = usual  # type: ignore[misc]


def make_empty(name: str) -> None:
    from tests import database

    with database.server() as cursor:
        for statement in ("DROP DATABASE IF EXISTS {}", "CREATE DATABASE {}"):
            cursor.execute(sql.SQL(statement).format(sql.Identifier(name)))
    database.connect_to(name)


def migrate() -> None:
    from django.core.management import call_command

    started = time.process_time()
    call_command("migrate", verbosity=0, interactive=False)
    print(f"  migrate: {time.process_time() - started:.1f} s of CPU")  # noqa: T201


def migrate_half() -> None:
    """The first half of the replaced migrations, none of which ends a squash."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    executor.migrate(executor.loader.graph.leaf_nodes(), plan[: len(plan) // 2])


def url(name: str) -> str:
    from django.conf import settings

    place = settings.DATABASES["default"]
    return psycopg.conninfo.make_conninfo(
        host=place["HOST"],
        port=place["PORT"],
        user=place["USER"],
        password=place["PASSWORD"],
        dbname=name,
    )


def dumped(name: str, *options: str) -> str:
    from medspa.postgres.embedded import EMBEDDED

    return subprocess.run(
        [EMBEDDED.binary("pg_dump"), "--no-owner", *options, url(name)],
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ).stdout


def tables(name: str) -> list[str]:
    """The statements that make the tables, with their names of today, sorted."""
    text = dumped(name, "--schema-only")
    for pattern, fresh in FORMER:
        text = re.sub(pattern, fresh, text)
    text = re.sub(r"^\\.*$", "", text, flags=re.MULTILINE)  # psql's own commands
    statements = re.split(r"\n(?:--.*\n)+", text)
    return sorted(apart(one.strip()) for one in statements)


def apart(statement: str) -> str:
    """The columns of proofs after the others."""
    lines = [line.rstrip(",") for line in statement.splitlines()]
    lines.sort(key=lambda line: line.strip().split(" ")[0] in COLUMNS_APART)
    return "\n".join(lines)


def rows(name: str) -> list[str]:
    excluded = ("auth_*", "django_content_type", "django_migrations")
    text = dumped(
        name,
        "--data-only",
        "--inserts",
        *(f"--exclude-table={one}" for one in excluded),
    )
    for changing in (MOMENT, SALT, PROOF):
        text = re.sub(changing, "…", text)
    inserted = [line for line in text.splitlines() if line.startswith("INSERT")]
    with psycopg.connect(url(name)) as link:
        rights = [str(row) for row in link.execute(RIGHTS).fetchall()]
    return sorted(inserted + rights)


def differences(name: str, other: str) -> list[str]:
    found: list[str] = []
    for told in (tables, rows):
        one, two = (told(database) for database in (name, other))
        print(f"  {len(one)} {told.__name__} and {len(two)}")  # noqa: T201
        found += difflib.unified_diff(
            "\n".join(one).splitlines(),
            "\n".join(two).splitlines(),
            name,
            other,
            "",
            n=2,
        )
    return found


def main() -> int:
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "medspa.settings")
    django.setup()
    from django.conf import settings

    from medspa.postgres.embedded import EMBEDDED

    squashed, replaced, half = (
        PREFIX + one for one in ("squashed", "replaced", "half")
    )
    with EMBEDDED.in_use():
        settings.DATABASES["default"]["PORT"] = EMBEDDED.port
        make_empty(squashed)
        migrate()
        with replaced_ones():
            make_empty(replaced)
            migrate()
            make_empty(half)
            migrate_half()
        migrate()
        found = differences(replaced, squashed) + differences(replaced, half)
    print("\n".join(found) or "No difference.")  # noqa: T201
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
