"""Validation of all database constraints, with their sentences, before a save."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import (
    NON_FIELD_ERRORS,
    EmptyResultSet,
    FieldError,
    ValidationError,
)
from django.db import (
    DatabaseError,
    OperationalError,
    connections,
    models,
    router,
    transaction,
)
from django.db.models import (
    BaseConstraint,
    BooleanField,
    CheckConstraint,
    Q,
    UniqueConstraint,
    Value,
)
from django.db.models.functions import Coalesce
from django.db.models.sql import Query
from django.db.models.sql.constants import SINGLE

from medspa.lists.constraints import CodeIsListed
from medspa.postgres.written_query import Given


class Validated(models.Model):
    """A model whose constraints are all validated in forms, next to their field.

    Django skips a constraint when the form lacks one of its fields. A field that
    nobody may edit (`deleted_at`, `recorded_at`) is in no form but has a value, so
    constraints on it are validated all the same.
    """

    class Meta:
        abstract = True

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        open_fields = {field.name for field in self._meta.fields if field.editable}
        left_out = set(exclude or ()) & open_fields
        errors: dict[str, list[ValidationError]] = {}
        for constraint, error in self._refusals(left_out):
            about = fields_of(constraint) & open_fields
            place = about.pop() if len(about) == 1 else NON_FIELD_ERRORS
            errors.setdefault(place, []).append(error)
        if errors:
            raise ValidationError(errors)

    def _refusals(
        self, left_out: set[str]
    ) -> Iterator[tuple[BaseConstraint, ValidationError]]:
        using = router.db_for_write(type(self), instance=self)
        for model, constraints in self.get_constraints():
            known = self._get_field_expression_map(model._meta, exclude=left_out)  # type: ignore[attr-defined]
            checks = [
                constraint
                for constraint in constraints
                # A subclass may validate in its own way.
                if type(constraint) is CheckConstraint
                and fields_of(constraint) <= set(known)
            ]
            held = checks if all_hold(checks, known, using) else []
            for constraint in constraints:
                if constraint in held:
                    continue
                try:
                    constraint.validate(model, self, exclude=left_out, using=using)
                except ValidationError as error:
                    _check_connection(using)
                    yield constraint, error


def _check_connection(using: str) -> None:
    """Raise OperationalError if the rule could not be asked for.

    Django takes a database error in the question of a conditional uniqueness for its
    violation: whoever saved while the database went away would read that there is such
    a row already.
    """
    raw = connections[using].connection
    if raw is None or raw.closed:
        raise OperationalError("The connection was lost while a rule was checked.")


def all_hold(checks: list[CheckConstraint], known: dict[str, Any], using: str) -> bool:
    """Whether all checks hold, by one query instead of one for each.

    False when one fails and also when the query itself does: then each check has to
    be validated alone to find out which.
    """
    needed = {name: known[name] for check in checks for name in fields_of(check)}
    is_plain = all(type(value) is Value for value in needed.values())
    key = using, *(id(check) for check in checks)
    try:
        if is_plain and key in _answered and not _has_json(needed):
            return _answered[key].ask(needed, using)
        with transaction.atomic(using=using):
            if not is_plain:
                query = _written_checks(checks, needed)
                return query.get_compiler(using=using).execute_sql(SINGLE) is not None
            question = _Question.write(checks, needed, using)
            is_held = question.ask(needed, using)
    except (DatabaseError, FieldError, EmptyResultSet):
        return False
    _answered[key] = question
    return is_held


def _has_json(values: dict[str, Any]) -> bool:
    return any(
        isinstance(value.output_field, models.JSONField) for value in values.values()
    )


def _written_checks(checks: list[CheckConstraint], values: dict[str, Any]) -> Query:
    query = Query(None)
    for name, value in values.items():
        query.add_annotation(value, name, select=False)
    query.add_annotation(Value(1), "_check")
    for check in checks:
        # A CHECK that is NULL, so neither true nor false, holds.
        held = Coalesce(check.condition, True, output_field=BooleanField())
        query.add_q(Q(held))
    return query


@dataclass(frozen=True)
class _Question:
    """Whether checks hold, as SQL: writing it took a lead that is created a sixth of
    its CPU time.

    In its parameters `Given` stand for the values of fields. The checks are kept, so
    that no other gets the id of one.
    """

    checks: list[CheckConstraint]
    sql: str
    parameters: tuple[Any, ...]

    @classmethod
    def write(
        cls, checks: list[CheckConstraint], values: dict[str, Any], using: str
    ) -> "_Question":
        given = {
            name: Given(name, value.output_field) for name, value in values.items()
        }
        return cls(
            checks, *_written_checks(checks, given).get_compiler(using=using).as_sql()
        )

    def ask(self, values: dict[str, Any], using: str) -> bool:
        database = connections[using]
        with database.cursor() as cursor:
            cursor.execute(
                self.sql,
                [
                    _prepared(values[one.name], database)
                    if isinstance(one, Given)
                    else one
                    for one in self.parameters
                ],
            )
            return cursor.fetchone() is not None


# By the ids of their checks, those that the database has answered. Only a value in
# JSON can make such a query fail later, so that it needs no savepoint.
_answered: dict[tuple[Any, ...], _Question] = {}


def _prepared(value: Value, database: Any) -> Any:
    return value.output_field.get_db_prep_value(value.value, database)


def fields_of(constraint: BaseConstraint) -> set[str]:
    """The names of the fields that a constraint uses."""
    match constraint:
        case CodeIsListed():
            return {constraint.field}
        case CheckConstraint():
            return set(Q(constraint.condition).referenced_base_fields)
        case UniqueConstraint():
            condition = constraint.condition or Q()
            return (
                set(constraint.fields)
                | set(Q(*constraint.expressions).referenced_base_fields)
                | set(condition.referenced_base_fields)
            )
    return set()
