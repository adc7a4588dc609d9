"""How templates are loaded: Django's without indentation, Jinja2's with our formats."""

import re
from typing import Any

from django.template import Origin
from django.template.loaders import filesystem
from jinja2 import Environment, StrictUndefined

from medspa.templatetags import clinic

INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)


class WithoutIndentation(filesystem.Loader):
    """Loads the project's templates without their indentation.

    It is for people who read a template; in a table of 50 rows it was a fifth of the
    page. Only the beginnings of lines are cut, so errors name the line of the file.
    """

    def get_contents(self, origin: Origin) -> str:
        return INDENTATION.sub("", super().get_contents(origin))


def jinja_environment(**options: Any) -> Environment:
    """For long lists of equal rows; a name that nobody gave is an error."""
    options["undefined"] = StrictUndefined
    made = Environment(**options)  # noqa: S701  (Django's backend escapes)
    made.filters["moment"] = clinic.moment
    return made
