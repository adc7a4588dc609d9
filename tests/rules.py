"""Running a rule of the data model both ways: in a form's words and in raw SQL."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

Changes = dict[str, Any]


@dataclass(frozen=True)
class Rule:
    """One rule: a valid row, the change that breaks it, and what a person reads.

    `raw` is the change for SQL where the one for people never gets that far;
    `behind` names rules that say the same and more: the database would report one of
    them first, so they are taken away to see this one.
    """

    name: str
    make: Callable[[], models.Model]
    change: Changes | Callable[[models.Model], Changes]
    sentence: str
    place: str = NON_FIELD_ERRORS
    raw: Changes | None = None
    behind: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.name

    def changes(self, row: models.Model) -> Changes:
        return self.change(row) if callable(self.change) else self.change


def in_an_hour(field: str) -> Callable[[models.Model], Changes]:
    return lambda row: {field: timezone.now() + timedelta(hours=1)}


def refusal_in_words(rule: Rule) -> dict[str, list[str]]:
    """What `full_clean()` says to the broken row; the row was fine before."""
    row = rule.make()
    changes = rule.changes(row)
    row.full_clean()
    for name, value in changes.items():
        setattr(row, name, value)
    try:
        row.full_clean()
    except ValidationError as error:
        return error.message_dict
    return {}


def refusal_in_sql(rule: Rule) -> str:
    """The name of the rule by which the database refuses the broken row."""
    row = rule.make()
    changes = rule.raw or rule.changes(row)
    drop_constraints(row, rule.behind)
    try:
        update(row, changes)
    except IntegrityError as error:
        return constraint_of(error)
    return ""


def update(row: models.Model, changes: Changes) -> None:
    """`UPDATE` past every check in Python, with deferred ones looked at now."""
    fields = {row._meta.get_field(name): value for name, value in changes.items()}
    columns = ", ".join(f'"{field.column}" = %s' for field in fields)
    with transaction.atomic(), connection.cursor() as cursor:
        key = row._meta.pk.column
        cursor.execute(
            f'UPDATE "{row._meta.db_table}" SET {columns} WHERE "{key}" = %s',  # noqa: S608
            [*(_value(field, value) for field, value in fields.items()), row.pk],
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def drop_constraints(row: models.Model, names: tuple[str, ...]) -> None:
    """Inside the test's transaction, which is rolled back."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for name in names:
            cursor.execute(
                f'ALTER TABLE "{row._meta.db_table}" DROP CONSTRAINT "{name}"'
            )


def let_history_change(*models_: type[models.Model]) -> None:
    """Until the end of the test's transaction; as an older database, or its owner."""
    let_change(*(model.history.model for model in models_))  # type: ignore[attr-defined]


def let_change(*models_: type[models.Model]) -> None:
    """The same for tables that are history themselves."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for model in models_:
            table = model._meta.db_table
            cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER "{table}_stays"')


def empty_history(model: type[models.Model]) -> None:
    """For a test that committed rows: as the owner of the tables."""
    table = model.history.model._meta.db_table  # type: ignore[attr-defined]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
        cursor.execute(f'TRUNCATE "{table}" CASCADE')
        cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')


def constraint_of(error: IntegrityError) -> str:
    return error.__cause__.diag.constraint_name


def _value(field: models.Field, value: Any) -> Any:
    if isinstance(value, models.Model):
        return value.pk
    return value if value is None else field.get_db_prep_save(value, connection)
