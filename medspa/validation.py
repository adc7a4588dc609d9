"""Validation of all database constraints, with their sentences, before a save."""

from collections.abc import Collection, Iterator
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
    try:
        with transaction.atomic(using=using):
            if not is_plain:
                query = _written_checks(checks, needed)
                return query.get_compiler(using=using).execute_sql(SINGLE) is not None
            return _plain_values_hold(checks, needed, using)
    except (DatabaseError, FieldError, EmptyResultSet):
        return False


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


# The ids of checks, which models keep for good → these, so that no other gets the id,
# and their SQL, in which `Given` stand for the values of fields.
_sql_of_checks: dict[
    tuple[Any, ...], tuple[list[CheckConstraint], str, tuple[Any, ...]]
] = {}


def _plain_values_hold(
    checks: list[CheckConstraint], values: dict[str, Any], using: str
) -> bool:
    """By SQL that is written once a process: writing it took a lead that is created a
    sixth of its CPU time.
    """
    key = using, *(id(check) for check in checks)
    if key not in _sql_of_checks:
        given = {
            name: Given(name, value.output_field) for name, value in values.items()
        }
        compiler = _written_checks(checks, given).get_compiler(using=using)
        _sql_of_checks[key] = checks, *compiler.as_sql()
    _, sql, parameters = _sql_of_checks[key]
    database = connections[using]
    with database.cursor() as cursor:
        cursor.execute(
            sql,
            [
                _prepared(values[one.name], database) if isinstance(one, Given) else one
                for one in parameters
            ],
        )
        return cursor.fetchone() is not None


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
