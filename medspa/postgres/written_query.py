"""Queries that every request asks: their SQL is written once per process.

Django writes the SQL of a queryset at each use, which takes longer than PostgreSQL
takes to answer such a query.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.utils import CursorWrapper
from django.db.models import (
    BooleanField,
    CharField,
    Expression,
    F,
    Func,
    Model,
    Q,
    QuerySet,
    Value,
)
from django.db.models.query import get_related_populators

Row = TypeVar("Row", bound=Model)
# So many values are written as the text of an array.
MANY = 4
# Words that stand in the text of an array as they are; `null` would be none.
PLAIN_WORDS = re.compile(r"(?:(?!null,)[0-9a-z_:]+,)+", re.ASCII | re.IGNORECASE)


def prepared_cursor(using: str = DEFAULT_DB_ALIAS) -> CursorWrapper:
    """For a statement whose plan doesn't depend on its values: the server keeps it."""
    database: Any = connections[using]
    cursor: CursorWrapper = database.prepared_cursor()
    return cursor


def _cursor_of(is_prepared: bool) -> Callable[[str], CursorWrapper]:
    """What makes the cursor of a database."""
    return prepared_cursor if is_prepared else _plain_cursor


def _plain_cursor(using: str) -> CursorWrapper:
    cursor: CursorWrapper = connections[using].cursor()
    return cursor


class WrittenQuery(Generic[Row]):
    """A queryset that finds rows by values that differ from use to use.

    For `first` it is filtered last by any such values: they are the last of its
    parameters. For `every` they are `Given`. Which database is asked, the primary or a
    replica, is decided at each use. `is_prepared` as for `WrittenRows`.
    """

    def __init__(
        self, rows: QuerySet[Row], values: int = 1, *, is_prepared: bool = True
    ) -> None:
        self._rows = rows
        self._cursor = _cursor_of(is_prepared)
        self._compiler: Any = rows.query.get_compiler(rows.db)
        self._sql, self._parameters = self._compiler.as_sql()
        self._fixed = self._parameters[:-values]
        self._converters = self._compiler.get_converters(
            [column[0] for column in self._compiler.select]
        )
        columns = self._compiler.klass_info["select_fields"]
        self._columns = slice(columns[0], columns[-1] + 1)
        self._names = [
            column[0].target.attname for column in self._compiler.select[self._columns]
        ]

    def first(self, *values: Any) -> Row | None:
        """The first row; the others are not read."""
        using = self._rows.db
        with self._cursor(using) as cursor:
            cursor.execute(self._sql, (*self._fixed, *values))
            found = cursor.fetchone()
        return next(self._made([found], using), None) if found else None

    def all(self, *values: Any) -> list[Row]:
        return self._read((*self._fixed, *values))

    def every(self, **given: Any) -> list[Row]:
        """The rows of a queryset whose values are `Given`, by their names."""
        return self._read(filled(self._parameters, given))

    def _read(self, parameters: Sequence[Any]) -> list[Row]:
        using = self._rows.db
        with self._cursor(using) as cursor:
            cursor.execute(self._sql, parameters)
            found = cursor.fetchall()
        return list(self._made(found, using))

    def _made(self, found: Sequence[Any], using: str) -> Iterator[Row]:
        """As `ModelIterable`, with what `select_related` reads."""
        populators: Any = get_related_populators  # its types are of a later Django
        related = populators(self._compiler.klass_info, self._compiler.select, using)
        model = self._compiler.klass_info["model"]
        for row in self._compiler.apply_converters(found, self._converters):
            made: Row = model.from_db(using, self._names, row[self._columns])
            for one in related:
                one.populate(row, made)
            for name, column in self._compiler.annotation_col_map.items():
                setattr(made, name, row[column])
            yield made


class Given(Expression):
    """Stands in a queryset for a value that differs from use to use, by its name."""

    def __init__(self, name: str, field: Any = None) -> None:
        super().__init__(field or CharField())
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        if hasattr(self.output_field, "get_placeholder"):
            return self.output_field.get_placeholder(None, compiler, connection), (
                self,
            )
        return "%s", (self,)


def filled(parameters: Iterable[Any], given: Mapping[str, Any]) -> list[Any]:
    """The parameters of a query with the values in place of what is `Given`."""
    return [given[one.name] if isinstance(one, Given) else one for one in parameters]


class WrittenRows:
    """A queryset of `values()` whose rows are found by values that are `Given`.

    `is_prepared` unless the plan depends on the values: by one for all of them, a value
    that few rows have would be looked for in the whole table.
    """

    def __init__(self, rows: QuerySet[Any, Any], *, is_prepared: bool = True) -> None:
        self._cursor = _cursor_of(is_prepared)
        self._compiler: Any = rows.query.get_compiler(rows.db)
        self._sql, self._parameters = self._compiler.as_sql()
        self._names = list(rows.query.selected or ())

    def read(self, **given: Any) -> list[dict[str, Any]]:
        """The rows as the queryset would give them."""
        with self._cursor(DEFAULT_DB_ALIAS) as cursor:
            cursor.execute(self._sql, filled(self._parameters, given))
            found = cursor.fetchall()
        rows = self._compiler.results_iter([found])
        return [dict(zip(self._names, row, strict=True)) for row in rows]


class SqlRows(Generic[Row]):
    """Rows of a model by SQL written by hand: `objects.raw` at a fourth of its cost.

    A column of another name becomes an attribute.
    """

    def __init__(self, model: type[Row], sql: str) -> None:
        self._model, self._sql = model, sql

    def rows(self, parameters: Any) -> list[Row]:
        with prepared_cursor() as cursor:
            cursor.execute(self._sql, parameters)
            found = cursor.fetchall()
            names = [column.name for column in cursor.description or ()]
        return [self._made(dict(zip(names, row, strict=True))) for row in found]

    def _made(self, row: dict[str, Any]) -> Row:
        fields: Sequence[Any] = self._model._meta.concrete_fields
        values = {
            field.attname: _read(field, row.pop(field.column))
            for field in fields
            if field.column in row
        }
        made = self._model.from_db(DEFAULT_DB_ALIAS, [*values], [*values.values()])
        for name, value in row.items():
            setattr(made, name, value)
        return made


def _read(field: Any, value: Any) -> Any:
    read = getattr(field, "from_db_value", None)
    return read(value, None, connection) if read else value


class _IsOneOf(Func):
    """One parameter for all ids: thousands of them take 20 ms to be bound."""

    output_field = BooleanField()
    arity = 2

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> Any:  # type: ignore[override]
        column, ids = (compiler.compile(one) for one in self.source_expressions)
        return f"({column[0]} = ANY({ids[0]}))", (*column[1], *ids[1])


def array_of(words: Iterable[str]) -> str | list[str]:
    """Many ids or names as an array, for a parameter or a row of COPY.

    psycopg looks at each element of a list: 500 ids take it longer than all else of
    their statement. A short list stays one, since `prepared_cursor` gives a list of one
    value as a single one.
    """
    words = list(words)
    text = ",".join(words)
    is_many = len(words) >= MANY and text.count(",") == len(words) - 1
    is_plain = is_many and PLAIN_WORDS.fullmatch(f"{text},")
    return f"{{{text}}}" if is_plain else words


def array_of_bytes(values: Sequence[bytes]) -> str | list[bytes]:
    """As `array_of`, for `bytea[]`."""
    if len(values) < MANY:
        return list(values)
    texts = (f'"\\\\x{value.hex()}"' for value in values)
    return f"{{{','.join(texts)}}}"


def is_one_of(column: str, ids: Sequence[str] | Given) -> Q:
    """The column, that of an id, has one of these."""
    known = ids if isinstance(ids, Given) else Value([*ids], ArrayField(CharField()))
    return Q(_IsOneOf(F(column), known))
