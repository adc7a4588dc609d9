"""For templates: where the help about a page is."""

from typing import Any

from django import template
from django.urls import reverse

from medspa.help.pages import help_beside

register = template.Library()


@register.simple_tag
def help_address(request: Any) -> str:
    """Of the help about the page at the request's address."""
    found = request.resolver_match
    about = help_beside(found.view_name if found else "")
    return f"{reverse('help')}?about={about.key}"
