"""Inserting rows where Django's own ways take too long."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from operator import attrgetter, itemgetter
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models.expressions import DatabaseDefault

from medspa.postgres.written_query import array_of, is_one_of, prepared_cursor

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
    """Insert new rows: few by a statement that is written once, many by COPY.

    As `bulk_create`, which writes its statement anew each time: that takes three times
    as long for one row, and twice for hundreds. Rows whose ids the database counts are
    left to it. What the database makes of many rows is read when it is asked for, one
    by one, or of all rows by `read_made`.
    """
    if not rows or isinstance(model._meta.pk, models.AutoField):
        model._default_manager.bulk_create(rows)
        return
    for row in rows:
        # As Django does before it inserts.
        if row.pk is None:
            row.pk = model._meta.pk.get_pk_value_on_save(row)
        row._prepare_related_fields_for_save(operation_name="insert_rows")
    columns = _columns_of(model, _made_by_database(model, rows))
    values = ([value_of(row) for value_of in columns.readers] for row in rows)
    if len(rows) < FEW_ROWS:
        _insert(model, columns, rows, values)
    else:
        copy_rows(model._meta.db_table, columns.given, values)
        for row in rows:
            for name in columns.made:
                del row.__dict__[name]
    for row in rows:
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


def insert_values(
    model: type[models.Model], names: tuple[str, ...], rows: Iterable[Sequence[Any]]
) -> list[Any]:
    """Insert new rows by the values of the named attributes; returns their ids.

    As `insert_rows` without an object for each row, which takes longer than to insert
    it: for models whose rules the database knows. What isn't named has its default; a
    name that the model doesn't know is a `ValueError`.
    """
    given, makers = _value_makers(model, names)
    values = [[make(row) for make in makers] for row in rows]
    table = model._meta.db_table
    if len(values) < FEW_ROWS:
        if values:
            statement = _statement(table, InsertedColumns((), given, ()), len(values))
            with prepared_cursor() as cursor:
                cursor.execute(statement, [value for row in values for value in row])
    else:
        copy_rows(table, given, values)
    place = given.index(model._meta.pk.column)
    return [row[place] for row in values]


@cache
def _value_makers(
    model: type[models.Model], names: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[Callable[[Sequence[Any]], Any], ...]]:
    """The columns, and what makes the value of each from a row's values."""
    fields: Sequence[Any] = model._meta.concrete_fields
    if unknown := {*names} - {one.attname for one in fields}:
        raise ValueError(f"{model._meta.label} has no {', '.join(sorted(unknown))}.")
    filled = [one for one in fields if one.attname in names or not one.has_db_default()]
    return (
        tuple(field.column for field in filled),
        tuple(_value_maker(field, names) for field in filled),
    )


def _value_maker(field: Any, names: tuple[str, ...]) -> Callable[[Sequence[Any]], Any]:
    def default_of(row: Sequence[Any]) -> Any:
        return field.get_default()

    is_named = field.attname in names
    value_of = itemgetter(names.index(field.attname)) if is_named else default_of
    if _is_stored_as_it_is(field) or isinstance(field, models.DateField):
        return value_of
    if _is_list_of_words(field):
        return lambda row: array_of(value_of(row))
    return lambda row: field.get_db_prep_save(value_of(row), connection)


def _is_list_of_words(field: Any) -> bool:
    return (
        isinstance(field, ArrayField)
        and isinstance(field.base_field, models.CharField)
        and not field.null
    )


def save_rows(model: type[models.Model], rows: Iterable[Any]) -> None:
    """Insert those that are new, together, and save the others one by one."""
    new: list[Any] = []
    known: list[Any] = []
    for row in rows:
        (new if row._state.adding else known).append(row)
    insert_rows(model, new)
    for row in known:
        row.save()


@dataclass(frozen=True)
class InsertedColumns:
    """Of a table: those that the database makes, and the others with what reads each
    row's value."""

    made: tuple[str, ...]
    given: tuple[str, ...]
    readers: tuple[Callable[[Any], Any], ...]


@cache
def _columns_of(model: type[models.Model], made: frozenset[Any]) -> InsertedColumns:
    fields: Sequence[Any] = model._meta.concrete_fields
    given = [field for field in fields if field not in made]
    return InsertedColumns(
        tuple(field.attname for field in fields if field in made),
        tuple(field.column for field in given),
        tuple(_reader(field) for field in given),
    )


def _insert(
    model: type[models.Model],
    columns: InsertedColumns,
    rows: Sequence[Any],
    values: Iterable[Sequence[Any]],
) -> None:
    statement = _statement(model._meta.db_table, columns, len(rows))
    with prepared_cursor() as cursor:
        cursor.execute(statement, [value for row in values for value in row])
        if columns.made:
            for row, made in zip(rows, cursor.fetchall(), strict=True):
                _set_made(row, columns.made, made)


@cache
def _statement(table: str, columns: InsertedColumns, rows: int) -> str:
    """All names come from our own code."""
    names, made = _quoted(columns.given), _quoted(columns.made)
    row = f"({', '.join(['%s'] * len(columns.given))})"
    return (
        f'INSERT INTO "{table}" ({names}) VALUES {", ".join([row] * rows)}'  # noqa: S608
        f"{f' RETURNING {made}' if made else ''}"
    )


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _reader(field: Any) -> Callable[[Any], Any]:
    """What gives a row's value of the field as the database takes it."""
    if _is_stored_as_it_is(field):
        return attrgetter(field.attname)
    if isinstance(field, models.DateField) or field.db_type(connection) == "bytea":
        # Django would ask the connection for each value how to write it: as it is.
        return lambda row: field.get_prep_value(field.pre_save(row, add=True))
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


def _made_by_database(model: type[models.Model], rows: Sequence[Any]) -> frozenset[Any]:
    """The fields whose value the database makes for each row."""
    return frozenset(
        field
        for field in _with_database_default(model)
        if all(isinstance(getattr(row, field.attname), DatabaseDefault) for row in rows)
    )


@cache
def _with_database_default(model: type[models.Model]) -> tuple[Any, ...]:
    fields: Sequence[Any] = model._meta.concrete_fields
    return tuple(field for field in fields if field.has_db_default())


def read_made(model: type[models.Model], rows: Sequence[Any]) -> None:
    """Read together what the database has made of rows that were just inserted.

    COPY returns nothing, and to read it always took a tenth of an import.
    """
    names = sorted(rows[0].get_deferred_fields()) if rows else []
    if not names:
        return
    found = model._base_manager.filter(is_one_of("pk", [row.pk for row in rows]))
    made = {pk: values for pk, *values in found.order_by().values_list("pk", *names)}
    for row in rows:
        _set_made(row, names, made[row.pk])


def _set_made(row: Any, names: Sequence[str], values: Sequence[Any]) -> None:
    for name, value in zip(names, values, strict=True):
        setattr(row, name, value)


def insert_new_rows(model: type[models.Model], rows: Sequence[Any]) -> int:
    """Insert few rows by one statement; how many were new.

    Those that a unique constraint has already are left out.
    """
    columns = _columns_of(model, frozenset())
    statement = _statement(model._meta.db_table, columns, len(rows))
    values = [value_of(row) for row in rows for value_of in columns.readers]
    with prepared_cursor() as cursor:
        cursor.execute(f"{statement} ON CONFLICT DO NOTHING", values)
        return int(cursor.rowcount)


def insert_new_row_where(
    row: models.Model, condition: str, given: Sequence[Any]
) -> int:
    """As `insert_new_rows` of one row, if the condition holds; SQL of our own code."""
    columns = _columns_of(type(row), frozenset())
    values = [value_of(row) for value_of in columns.readers]
    with prepared_cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{row._meta.db_table}" ({_quoted(columns.given)})'
            f" SELECT {', '.join(['%s'] * len(values))} WHERE {condition}"
            " ON CONFLICT DO NOTHING",
            [*values, *given],
        )
        return int(cursor.rowcount)


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
