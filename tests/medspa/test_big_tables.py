"""A new migration stops nobody's work on a table of millions of rows.

An index that is built the ordinary way locks out every write while it is built: 2 s at
100,000 leads, 20 s at a million. Migrations up to `JUDGED_AFTER` are on sites already.
"""

import re
from collections.abc import Iterator, Mapping

import pytest
from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    RemoveIndexConcurrently,
    ValidateConstraint,
)
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

from medspa.lists.constraints import CodeIsListed

# The last migration of each app that the rule does not reach. Never raised for a
# migration that could have been written by the rule.
JUDGED_AFTER = {
    "medspa": "0008",
    "campaigns": "0008",
    "leads": "0030",
    "kpis": "0012",
    "commissions": "0015",
    "safekeeping": "",
    "connections": "",
    "api": "",
}
# The same for columns that the version before must be able to leave out.
WRITTEN_BESIDE_AFTER = JUDGED_AFTER | {
    "medspa": "0016",
    "campaigns": "0009",
    "leads": "0050",
    "kpis": "0024",
    "commissions": "0018",
    "connections": "0002",
}
# The version before has no seals.
NOT_WRITTEN = {"0010_seals_name_their_server"}
# Tables that grow with leads, payments and time; their history tables with them.
BIG = {
    "medspa": {"auditevent"},
    "safekeeping": {"sealedrows"},
    "leads": {"lead", "leadstage", "activity", "opportunity", "leadtag", "task"},
    "kpis": {"kpievent"},
    "commissions": {"credit", "leadprovider", "statementline"},
}
HOW = "CONTRIBUTING.md, Migrations"
CONCURRENT = (AddIndexConcurrently, RemoveIndexConcurrently)
CREATES_INDEX = re.compile(
    r"CREATE\s+(?:UNIQUE\s+)?INDEX\s+(?!CONCURRENTLY)(?:IF NOT EXISTS\s+)?\S*\s*ON\s+"
    r"(?:ONLY\s+)?\"?(\w+)",
    re.IGNORECASE,
)
# PostgreSQL writes the table anew for a default that differs from row to row.
ADDS_VOLATILE = re.compile(
    r"ALTER\s+TABLE\s+(\w+)[^;]*?ADD\s+(?:COLUMN\s+)?\w+\s+\w+\s+(?:NOT\s+NULL\s+)?"
    r"DEFAULT\s+(?:gen_random_uuid|random|clock_timestamp|nextval|pg_current_xact_id)",
    re.IGNORECASE,
)


def is_big(app: str, model: str) -> bool:
    return model.lower().removesuffix("history") in BIG.get(app, set())


def faults(app: str, migration: migrations.Migration) -> Iterator[str]:
    """What of it would hold up others, and how it is done instead."""
    operations = migration.operations
    for operation in operations:
        yield from faults_of(app, operation)
    concurrent = [one for one in operations if isinstance(one, CONCURRENT)]
    if concurrent and (migration.atomic or len(concurrent) < len(operations)):
        yield "what is built CONCURRENTLY needs a migration of its own, atomic = False"


def faults_of(app: str, operation: Operation) -> Iterator[str]:
    match operation:
        case AddIndexConcurrently():
            return
        case migrations.AddIndex() if is_big(app, operation.model_name):
            yield "use AddIndexConcurrently"
        case AddConstraintNotValid():
            return
        case migrations.AddConstraint(constraint=CodeIsListed()):
            return  # it is added NOT VALID
        case migrations.AddConstraint() if is_big(app, operation.model_name):
            if isinstance(operation.constraint, models.CheckConstraint):
                yield "use AddConstraintNotValid, then ValidateConstraint in another"
            else:
                yield "build a unique index CONCURRENTLY by RunSQL first"
        case migrations.AddField() if is_big(app, operation.model_name):
            # A foreign key has an index unless it says otherwise.
            if operation.field.db_index or operation.field.unique:
                yield "add the field without index, then the index CONCURRENTLY"
        case migrations.RunSQL():
            if names_big(CREATES_INDEX.findall(str(operation.sql))):
                yield "write CREATE INDEX CONCURRENTLY"
            if names_big(ADDS_VOLATILE.findall(str(operation.sql))):
                yield "add the column without a default, then the default"


def names_big(tables: list[str]) -> bool:
    return any(is_big(*table.split("_", 1)) for table in tables if "_" in table)


def left_out_by_the_version_before(migration: migrations.Migration) -> Iterator[str]:
    """New columns that must have a value, for which the database knows none."""
    made = {
        operation.name.lower()
        for operation in migration.operations
        if isinstance(operation, migrations.CreateModel)
    }
    for operation in migration.operations:
        if not isinstance(operation, migrations.AddField):
            continue
        field = operation.field
        if field.many_to_many or field.null or field.has_db_default():
            continue
        if operation.model_name.lower() not in made:
            yield f"give {operation.model_name}.{operation.name} a db_default"


def judged(
    after: Mapping[str, str] = JUDGED_AFTER,
) -> list[tuple[str, migrations.Migration]]:
    found = MigrationLoader(None).disk_migrations
    return [
        (app, migration)
        for (app, name), migration in sorted(found.items())
        if app in after and name[:4] > after[app]
    ]


@pytest.mark.parametrize(
    ("app", "migration"), judged(), ids=[str(migration) for _, migration in judged()]
)
def test_a_migration_holds_up_nobody(app: str, migration: migrations.Migration) -> None:
    assert list(faults(app, migration)) == [], HOW


def test_the_version_before_goes_on_writing_while_an_upgrade_runs() -> None:
    found = {
        migration.name: faults
        for _, migration in judged(WRITTEN_BESIDE_AFTER)
        if (faults := list(left_out_by_the_version_before(migration)))
    }
    assert set(found) == NOT_WRITTEN, HOW


def test_every_app_with_tables_is_judged() -> None:
    ours = {app for app, _ in MigrationLoader(None).disk_migrations}
    theirs = {"admin", "auth", "axes", "contenttypes", "procrastinate", "sessions"}
    assert ours - theirs == set(JUDGED_AFTER)


def test_every_big_table_is_one_of_ours() -> None:
    state = MigrationLoader(None).project_state()
    known = {f"{app}.{model}" for app, model in state.models}
    assert {f"{app}.{name}" for app, names in BIG.items() for name in names} <= known


def of(*operations: Operation, atomic: bool = True) -> migrations.Migration:
    migration = migrations.Migration("0001_example", "leads")
    migration.operations, migration.atomic = list(operations), atomic
    return migration


INDEX = models.Index(fields=["source"], name="example")
CHECK = models.CheckConstraint(condition=models.Q(id=""), name="example")
UNIQUE = models.UniqueConstraint(fields=["source"], name="example")


@pytest.mark.parametrize(
    ("migration", "count"),
    [
        (of(migrations.AddIndex("lead", INDEX)), 1),
        (of(migrations.AddIndex("LeadHistory", INDEX)), 1),
        (of(migrations.AddIndex("tag", INDEX)), 0),
        (of(AddIndexConcurrently("lead", INDEX), atomic=False), 0),
        (of(AddIndexConcurrently("lead", INDEX)), 1),
        (
            of(
                AddIndexConcurrently("lead", INDEX),
                migrations.RemoveField("lead", "source"),
                atomic=False,
            ),
            1,
        ),
        (of(migrations.AddConstraint("activity", CHECK)), 1),
        (of(AddConstraintNotValid("activity", CHECK)), 0),
        (of(ValidateConstraint("activity", "example")), 0),
        (of(migrations.AddConstraint("activity", UNIQUE)), 1),
        (of(migrations.AddField("lead", "a", models.CharField(db_index=True))), 1),
        (of(migrations.AddField("lead", "a", models.CharField())), 0),
        (of(migrations.RunSQL("CREATE INDEX a ON leads_lead (source)")), 1),
        (of(migrations.RunSQL("create unique index a on kpis_kpievent (id)")), 1),
        (
            of(migrations.RunSQL("ALTER TABLE leads_lead ADD a uuid DEFAULT random()")),
            1,
        ),
        (of(migrations.RunSQL("ALTER TABLE leads_lead ADD a int DEFAULT 1")), 0),
        (of(migrations.RunSQL("CREATE INDEX CONCURRENTLY a ON leads_lead (id)")), 0),
        (of(migrations.RunSQL("CREATE INDEX a ON leads_tag (id)")), 0),
    ],
)
def test_the_rule_sees_what_holds_up_others(
    migration: migrations.Migration, count: int
) -> None:
    assert len(list(faults("leads", migration))) == count


@pytest.mark.parametrize(
    ("field", "count"),
    [
        (models.BooleanField(default=False), 1),
        (models.BooleanField(default=False, db_default=False), 0),
        (models.BooleanField(null=True), 0),
    ],
)
def test_the_rule_sees_what_the_version_before_leaves_out(
    field: models.Field, count: int
) -> None:
    migration = of(migrations.AddField("lead", "a", field))
    assert len(list(left_out_by_the_version_before(migration))) == count
