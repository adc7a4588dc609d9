"""What a constraint of the database says that no form and no service asked before."""

from functools import cache

from django.apps import apps
from django.db import IntegrityError
from django.db.models import BaseConstraint


def constraint_of(error: BaseException) -> str | None:
    """The name of the database constraint that was violated."""
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)


@cache
def constraint_sentences() -> dict[str, str]:
    """By the names of all models' constraints, what people read of them."""
    general = BaseConstraint.default_violation_error_message
    return {
        constraint.name: str(constraint.violation_error_message)
        for model in apps.get_models()
        for constraint in model._meta.constraints
        if constraint.violation_error_message not in (general, None)
    }


def sentence_of_violation(error: BaseException) -> str:
    """What `full_clean` would have said; empty for any other error."""
    if not isinstance(error, IntegrityError):
        return ""
    return constraint_sentences().get(constraint_of(error) or "", "")
