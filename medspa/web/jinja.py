"""The environment of the Jinja2 templates, which are for long lists of equal rows."""

from typing import Any

from jinja2 import Environment, StrictUndefined

from medspa.templatetags import clinic


def environment(**options: Any) -> Environment:
    """With the clinic's formats as filters; a name that nobody gave is an error."""
    options["undefined"] = StrictUndefined
    made = Environment(**options)  # noqa: S701  (Django's backend escapes)
    made.filters["moment"] = clinic.moment
    return made
