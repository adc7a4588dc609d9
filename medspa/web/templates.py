"""How templates are loaded: Django's without indentation, Jinja2's with our formats."""

import html
import re
from typing import Any

from django.template import Origin
from django.template.loaders import filesystem
from django.urls import reverse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from medspa.templatetags import clinic
from medspa.templatetags.known_addresses import address_of

INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)


class WithoutIndentation(filesystem.Loader):
    """Loads the project's templates without their indentation.

    It is for people who read a template; in a table of 50 rows it was a fifth of the
    page. Only the beginnings of lines are cut, so errors name the line of the file.
    """

    def get_contents(self, origin: Origin) -> str:
        contents = super().get_contents(origin)
        # Browsers know a script within a page by its bytes: CONTENT_SECURITY_POLICY.
        return (
            contents if origin.name.endswith(".js") else INDENTATION.sub("", contents)
        )


class JinjaLoader(FileSystemLoader):
    """Jinja2's, without indentation as well."""

    def get_source(self, environment: Environment, template: str) -> Any:
        source, *others = super().get_source(environment, template)
        return (INDENTATION.sub("", source), *others)


def escaped(text: str) -> str:
    """HTML of plain text, for where a template escapes nothing by itself.

    Half of what a page prints are ids, words and numbers. The `Markup` that Jinja2's
    own filter makes takes 2 µs of each, this less than 0.5.
    """
    return text if text.isalnum() else html.escape(text)


@pass_context
def in_currency(context: Context, label: str) -> str:
    """`Amount ($)`. With the context, or Jinja2 would ask for the currency only once:

    a filter of a constant is worked out when the template is compiled.
    """
    return clinic.in_currency(label)


def jinja_environment(**options: Any) -> Environment:
    """For long lists of equal rows; a name that nobody gave is an error.

    The line on which a tag ends is not printed.
    """
    options |= {
        "undefined": StrictUndefined,
        "trim_blocks": True,
        "loader": JinjaLoader(options["loader"].searchpath),
    }
    made = Environment(**options)  # noqa: S701  (Django's backend escapes)
    made.globals |= {
        "address_of": address_of,
        "kept_part": clinic.kept_part,
        "url": lambda name, *values: reverse(name, args=values),
    }
    made.filters |= {
        "day": clinic.day,
        "escaped": escaped,
        "in_currency": in_currency,
        "moment": clinic.moment,
        "money": clinic.money,
        "nth": clinic.nth,
        "number": "{:,}".format,
        "since": clinic.since,
    }
    return made
