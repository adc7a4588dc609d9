"""Queries that every request asks: their SQL is written once per process.

Django writes the SQL of a queryset at each use, which takes longer than PostgreSQL
takes to answer such a query.
"""

from typing import Any, Generic, TypeVar

from django.db import connections
from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)


class WrittenQuery(Generic[Row]):
    """A queryset that finds one row by values that differ from use to use.

    `rows` is filtered last by any such values: they are the last of its parameters.
    """

    def __init__(self, rows: QuerySet[Row], values: int = 1) -> None:
        self._using = rows.db
        self._compiler: Any = rows.query.get_compiler(rows.db)
        self._sql, parameters = self._compiler.as_sql()
        self._fixed = parameters[:-values]
        columns = self._compiler.klass_info["select_fields"]
        self._columns = slice(columns[0], columns[-1] + 1)
        self._names = [
            column[0].target.attname for column in self._compiler.select[self._columns]
        ]

    def first(self, *values: Any) -> Row | None:
        with connections[self._using].cursor() as cursor:
            cursor.execute(self._sql, (*self._fixed, *values))
            found = cursor.fetchone()
        if found is None:
            return None
        [row] = self._compiler.results_iter([[found]])
        model = self._compiler.klass_info["model"]
        made: Row = model.from_db(self._using, self._names, row[self._columns])
        for name, column in self._compiler.annotation_col_map.items():
            setattr(made, name, row[column])
        return made
