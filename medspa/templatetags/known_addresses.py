"""Addresses of pages by their names: one without values is found once per process."""

from functools import cache
from typing import Any

from django import template
from django.conf import settings
from django.template import Context, Variable, defaulttags
from django.template.base import FilterExpression, Parser, Token
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils.html import escape

register = template.Library()

# Stands in a known address for an id, which has letters and digits only.
ROW_ID = "c" + 24 * "0"


def address_of(name: str, *values: str) -> str:
    """As Django's `reverse`, which takes 40 µs each time; `values` are few ones."""
    urlconf = get_urlconf() or settings.ROOT_URLCONF
    return _found(name, values, urlconf, get_script_prefix())


def row_address(name: str, row_id: str) -> str:
    """Of the page of one row, by its id: its pattern is looked up once per process."""
    return address_of(name, ROW_ID).replace(ROW_ID, row_id)


@cache
def _found(name: str, values: tuple[str, ...], urlconf: str, prefix: str) -> str:
    """`reverse` reads the prefix by itself; here it is a part of the key."""
    return reverse(name, urlconf, values)


class KnownAddressNode(defaulttags.URLNode):
    """Django's, of a page that the template names by constants alone."""

    child_nodelists = ()

    def render(self, context: Context) -> str:
        name, *values = (part.var for part in (self.view_name, *self.args))
        try:
            address = address_of(name, *values)
        except NoReverseMatch:
            return super().render(context)  # an error, or nothing if it is optional
        if self.asvar:
            context[self.asvar] = address
            return ""
        return escape(address) if context.autoescape else address


@register.tag
def url(parser: Parser, token: Token) -> Any:
    """As Django's; of a namespace it is left to Django, which asks the request."""
    node: Any = defaulttags.url(parser, token)
    parts = (node.view_name, *node.args)
    if not node.kwargs and all(map(_is_constant, parts)) and ":" not in parts[0].var:
        return KnownAddressNode(node.view_name, node.args, {}, node.asvar)
    return node


def _is_constant(part: FilterExpression) -> bool:
    return not part.filters and not isinstance(part.var, Variable)
