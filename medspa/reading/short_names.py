"""Names that people give to things: cleaned, and without anything about a person."""

import re
from typing import Any

from django.db import models
from django.db.models import Q

from medspa.reading.cleaning import clean_text

# An email address, a date, or digits that may be a phone, an id or a date; a line end
# or another control character. Written for Python and for PostgreSQL.
ABOUT_SOMEBODY = (
    r"@|[0-9]{5}|[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{1,4}"
    r"|([0-9][ ().-]*){7}|[\x01-\x1f\x7f]"
)
ABOUT_SOMEBODY_SENTENCE = (
    "A name can't contain an email address, date, phone number or other long number."
)


class CleanedCharField(models.CharField):
    """A CharField whose text is cleaned wherever it comes from."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return clean_text(text) if isinstance(text, str) else text

    def deconstruct(self) -> Any:
        """As a CharField, which its column is; migrations need not know more."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


def says_nothing_about_somebody(text: str) -> bool:
    return not re.search(ABOUT_SOMEBODY, text)


def repaired(name: str) -> str:
    """The name with `…` in place of what may be about a person."""
    while re.search(ABOUT_SOMEBODY, name):
        name = re.sub(ABOUT_SOMEBODY, "…", name)
    return name


def repair_names(rows: Any, history: Any) -> None:
    """For a migration: repair the names of two tables before a rule forbids them.

    A name that is taken by then gets a number.
    """
    for old in set(
        rows.filter(name__regex=ABOUT_SOMEBODY).values_list("name", flat=True)
    ):
        base = new = repaired(old)
        count = 1
        while rows.filter(name__iexact=new).exists():
            count += 1
            new = f"{base[:34]} ({count})"
        rows.filter(name=old).update(name=new)
        history.filter(name=old).update(name=new)
    for old in set(
        history.filter(name__regex=ABOUT_SOMEBODY).values_list("name", flat=True)
    ):
        history.filter(name=old).update(name=repaired(old))


def not_about_somebody(*, of: str, name: str) -> models.CheckConstraint:
    """The field `of` is a short name and says nothing about a person."""
    return models.CheckConstraint(
        name=name,
        condition=~Q(**{f"{of}__regex": ABOUT_SOMEBODY}),
        violation_error_message=ABOUT_SOMEBODY_SENTENCE,
    )
