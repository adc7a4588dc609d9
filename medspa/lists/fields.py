"""Columns whose choices are rows of one of the clinic's lists."""

from typing import Any

from django.core.checks import CheckMessage
from django.db import models


class ListedCodeField(models.CharField):
    """The code of a row; `choices` is a function that reads all of them."""

    def _check_choices(self) -> list[CheckMessage]:
        """Checks run before migrations, when there may be no such table yet."""
        return []

    def deconstruct(self) -> Any:
        """As a CharField, which its column is; migrations need not know the rows."""
        name, _, args, kwargs = super().deconstruct()
        kwargs.pop("choices", None)
        return name, "django.db.models.CharField", args, kwargs
