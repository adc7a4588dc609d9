"""Inserting rows where Django's own ways take too long."""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any

from django.db import connection, models
from django.db.models.expressions import DatabaseDefault

from medspa.postgres.written_query import prepared_cursor

# Below this, one INSERT is as fast as COPY.
FEW_ROWS = 10
# PostgreSQL takes what a row's attribute holds of these, and of keys of such rows:
# asking the field for each value takes ten times as long.
STORED_AS_THEY_ARE = (
    models.CharField,
    models.TextField,
    models.BooleanField,
    models.IntegerField,
    models.DateField,
)
# What makes a field store something else than its attribute.
MAKES_VALUES = (
    "pre_save",
    "get_prep_value",
    "get_db_prep_value",
    "get_db_prep_save",
    "to_python",
)


def insert_rows(model: type[models.Model], rows: Sequence[Any]) -> None:
    """Insert new rows, many of them by COPY.

    As `bulk_create`, which writes a placeholder for each value and takes twice as long;
    for a single row its writing of SQL takes longer than all else. Rows whose ids the
    database counts are left to it.
    """
    if not rows:
        return
    if isinstance(model._meta.pk, models.AutoField):
        model._default_manager.bulk_create(rows)
        return
    for row in rows:
        # As Django does before it inserts.
        if row.pk is None:
            row.pk = model._meta.pk.get_pk_value_on_save(row)
        row._prepare_related_fields_for_save(operation_name="insert_rows")
    fields: Sequence[Any] = model._meta.concrete_fields
    made = [field for field in fields if _is_made(field, rows)]
    given = [field for field in fields if field not in made]
    readers = [_reader(field) for field in given]
    values = ([value_of(row) for value_of in readers] for row in rows)
    names = tuple(field.column for field in given)
    if len(rows) < FEW_ROWS:
        _insert_few(model, rows, names, values, made)
    else:
        copy_rows(model._meta.db_table, names, values)
        if made:
            _read_made(model, rows, [field.attname for field in made])
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def _insert_few(
    model: type[models.Model],
    rows: Sequence[Any],
    names: tuple[str, ...],
    values: Iterable[Sequence[Any]],
    made: Sequence[Any],
) -> None:
    """By one statement, which returns what the database makes."""
    returned = tuple(field.column for field in made)
    insert = _insert_sql(model._meta.db_table, names, len(rows), returned)
    with prepared_cursor() as cursor:
        cursor.execute(insert, [value for row in values for value in row])
        found = cursor.fetchall() if made else []
    for row, known in zip(rows, found, strict=bool(made)):
        for field, value in zip(made, known, strict=True):
            setattr(row, field.attname, value)


@lru_cache(maxsize=500)
def _insert_sql(
    table: str, names: tuple[str, ...], rows: int, returned: tuple[str, ...]
) -> str:
    """All names come from our own code."""
    row = f"({', '.join(['%s'] * len(names))})"
    insert = (
        f'INSERT INTO "{table}" ({_columns(names)})'  # noqa: S608
        f" VALUES {', '.join([row] * rows)}"
    )
    return f"{insert} RETURNING {_columns(returned)}" if returned else insert


def _columns(names: Iterable[Any]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _reader(field: Any) -> Callable[[Any], Any]:
    """What gives a row's value of the field as the database takes it."""
    if _is_stored_as_it_is(field):
        return attrgetter(field.attname)
    return lambda row: field.get_db_prep_save(field.pre_save(row, add=True), connection)


def _is_stored_as_it_is(field: Any) -> bool:
    if isinstance(field, models.ForeignKey):
        return _is_stored_as_it_is(field.target_field)
    is_dated = getattr(field, "auto_now", False) or getattr(
        field, "auto_now_add", False
    )
    return (
        isinstance(field, STORED_AS_THEY_ARE)
        and not is_dated
        and all(
            getattr(field, name).__module__.startswith("django.")
            for name in MAKES_VALUES
        )
    )


def _is_made(field: Any, rows: Sequence[Any]) -> bool:
    """Whether the database makes the value of each row."""
    return field.has_db_default() and all(
        isinstance(getattr(row, field.attname), DatabaseDefault) for row in rows
    )


def _read_made(
    model: type[models.Model], rows: Sequence[Any], names: Sequence[str]
) -> None:
    """COPY returns nothing."""
    found = model._base_manager.filter(pk__in=[row.pk for row in rows])
    made = {pk: values for pk, *values in found.order_by().values_list("pk", *names)}
    for row in rows:
        for name, value in zip(names, made[row.pk], strict=True):
            setattr(row, name, value)


def insert_if_new(row: models.Model) -> bool:
    """Insert the row; False if a unique constraint has one like it already."""
    fields = row._meta.concrete_fields
    values = [
        field.get_db_prep_save(field.pre_save(row, add=True), connection)
        for field in fields
    ]
    names = _columns(field.column for field in fields)
    places = ", ".join(["%s"] * len(fields))
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{row._meta.db_table}" ({names})'  # noqa: S608
            f" VALUES ({places}) ON CONFLICT DO NOTHING",
            values,
        )
        return bool(cursor.rowcount)


def copy_rows(
    table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Append rows to a table; the names come from our own code.

    Raises Django's database errors, as any statement does.
    """
    names = ", ".join(f'"{column}"' for column in columns)
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as target,
    ):
        for row in rows:
            target.write_row(row)
