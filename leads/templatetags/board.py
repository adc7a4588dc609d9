"""The cards of the board, by a template of Jinja2."""

from collections.abc import Iterable

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from leads.board.cards import LeadCard

register = template.Library()
# What the cards need of the page they stand on.
FROM_PAGE = ("as_of", "links", "may_move")


@register.simple_tag(takes_context=True)
def card_list(context: Context, cards: Iterable[LeadCard]) -> SafeString:
    """The cards as list items."""
    of_page = {name: context.get(name) for name in FROM_PAGE}
    # Jinja2 has escaped what it wrote.
    return mark_safe(  # noqa: S308
        render_to_string("leads/cards.html", of_page | {"cards": cards})
    )
