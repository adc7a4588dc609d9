"""`<app>/sql/triggers.sql` says what the migrated database has, no less, no more."""

import re

import pytest
from django.conf import settings
from django.db import connection

from medspa.postgres.sql_files import sql_blocks, sql_file

# From the ground upwards.
LAYERS = (
    "medspa",
    "campaigns",
    "leads",
    "kpis",
    "commissions",
    "connections",
    "safekeeping",
    "api",
)
APPS = [
    app for app in LAYERS if (settings.BASE_DIR / app / "sql/triggers.sql").exists()
]
FUNCTIONS = """
SELECT p.oid::regprocedure::text, pg_get_functiondef(p.oid)
FROM pg_proc p
WHERE p.pronamespace = 'public'::regnamespace AND p.proname NOT LIKE 'procrastinate%'
"""
TRIGGERS = """
SELECT t.tgname || ' on ' || t.tgrelid::regclass, pg_get_triggerdef(t.oid)
FROM pg_trigger t
WHERE NOT t.tgisinternal AND t.tgrelid::regclass::text NOT LIKE 'procrastinate%'
"""


def definitions(query: str) -> dict[str, str]:
    """Name -> text, in which line breaks and indentation don't count."""
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {name: " ".join(text.split()) for name, text in cursor.fetchall()}


@pytest.mark.django_db
def test_the_files_make_exactly_what_the_migrations_made() -> None:
    functions, triggers = definitions(FUNCTIONS), definitions(TRIGGERS)
    assert functions
    assert triggers
    with connection.cursor() as cursor:
        cursor.execute(f"DROP FUNCTION {', '.join(functions)} CASCADE")
        for app in APPS:
            cursor.execute(sql_file(app, "triggers"))
    assert definitions(FUNCTIONS) == functions
    assert definitions(TRIGGERS) == triggers


@pytest.mark.parametrize("app", APPS)
def test_a_block_is_one_function_of_its_app_with_its_triggers(app: str) -> None:
    for name, block in sql_blocks(app, "triggers").items():
        assert name.startswith(f"{app}_")
        assert re.findall(r"CREATE OR REPLACE FUNCTION (\w+)", block) == [name]
        assert set(re.findall(r"EXECUTE FUNCTION (\w+)", block)) <= {name}


@pytest.mark.parametrize("app", APPS)
def test_every_block_says_what_it_is_for(app: str) -> None:
    described = re.findall(r"^-- name: (\w+)\n-- \w", sql_file(app, "triggers"), re.M)
    assert described == list(sql_blocks(app, "triggers"))


@pytest.mark.parametrize("app", APPS)
def test_an_app_knows_no_table_of_the_apps_above_it(app: str) -> None:
    above = "|".join(LAYERS[LAYERS.index(app) + 1 :]) or "nothing"
    blocks = "\n".join(sql_blocks(app, "triggers").values())
    assert not re.findall(rf"\b(?:{above})_\w+", blocks)
