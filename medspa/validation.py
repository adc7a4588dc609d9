"""What a form is told when a database constraint would refuse its row."""

from collections.abc import Collection, Iterator

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models, router
from django.db.models import BaseConstraint, CheckConstraint, Q, UniqueConstraint


class Validated(models.Model):
    """A model whose constraints all speak in forms, beside the field they are about.

    Django skips a constraint when the form lacks one of its fields. A field that
    nobody may edit (`deleted_at`, `recorded_at`) is in no form and yet known, so it
    must not silence the rules that name it.
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
            for constraint in constraints:
                try:
                    constraint.validate(model, self, exclude=left_out, using=using)
                except ValidationError as error:
                    yield constraint, error


def fields_of(constraint: BaseConstraint) -> set[str]:
    """The names of the fields that a check or unique constraint is about."""
    match constraint:
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
