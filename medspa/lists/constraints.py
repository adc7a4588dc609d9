"""Columns that hold the code of a row of one of the clinic's lists."""

from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, models
from django.db.backends.ddl_references import Statement, Table
from django.db.models.constraints import BaseConstraint


class CodeIsListed(BaseConstraint):
    """A foreign key from `field` to the `code` of the model `to`.

    The field itself stays text, which rows, forms, files and addresses have in common.
    """

    def __init__(self, *, field: str, to: str, name: str, **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)
        self.field, self.to = field, to

    def _sql(self, model: type[models.Model], schema_editor: Any) -> str:
        quote = schema_editor.quote_name
        listed = model._meta.apps.get_model(self.to)
        field: Any = model._meta.get_field(self.field)
        column = field.column
        return (
            f"CONSTRAINT {quote(self.name)} FOREIGN KEY ({quote(column)})"
            f" REFERENCES {quote(listed._meta.db_table)} (code)"
        )

    def constraint_sql(self, model: Any, schema_editor: Any) -> str:
        return self._sql(model, schema_editor)

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        """Without a look at the rows that are there; `ValidateConstraint` looks."""
        return Statement(
            "ALTER TABLE %(table)s ADD %(sql)s NOT VALID",
            table=Table(model._meta.db_table, schema_editor.quote_name),
            sql=self._sql(model, schema_editor),
        )

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        return Statement(
            "ALTER TABLE %(table)s DROP CONSTRAINT %(name)s",
            table=Table(model._meta.db_table, schema_editor.quote_name),
            name=schema_editor.quote_name(self.name),
        )

    def validate(
        self,
        model: type[models.Model],
        instance: models.Model,
        exclude: Collection[str] | None = None,
        using: str = DEFAULT_DB_ALIAS,
    ) -> None:
        """By the field's choices, which are all rows of the list."""
        if exclude and self.field in exclude:
            return
        field: Any = model._meta.get_field(self.field)
        code = getattr(instance, field.attname)
        if code is not None and code not in dict(field.flatchoices):
            raise ValidationError(self.get_violation_error_message())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, CodeIsListed):
            return NotImplemented
        return self.deconstruct() == other.deconstruct()

    __hash__ = BaseConstraint.__hash__

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        path, _, kwargs = super().deconstruct()
        return path, (), kwargs | {"field": self.field, "to": self.to}
