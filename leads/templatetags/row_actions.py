"""Buttons of a lead in a row of the list or of Today: call, text, email, log a call."""

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from leads.models.lead import ERASED_NAME
from medspa.encryption.fields import Unreadable

register = template.Library()
BUTTON = (
    '<a class="row-action" href="{}" title="{}" aria-label="{} {}">'
    '<span class="material-symbols-outlined" aria-hidden="true">{}</span></a>'
)
LOG = (
    '<a class="row-action" href="{}" title="Log a call" aria-label="Log a call with {}"'
    ' data-log="{}" data-name="{}">'
    '<span class="material-symbols-outlined" aria-hidden="true">add_call</span></a>'
)


@register.simple_tag(takes_context=True)
def row_actions(
    context: Context, lead_id: str, name: str, phone: str, email: str, query: str = ""
) -> SafeString:
    """Not a template: there are fifty on a page.

    Without a script the log is the menu of the lead page, which `then` opens.
    """
    ways = [
        (f"tel:{phone}", "Call", "call") if _is_known(phone) else None,
        (f"sms:{phone}", "Text", "sms") if _is_known(phone) else None,
        (f"mailto:{email}", "Email", "mail") if _is_known(email) else None,
    ]
    buttons = format_html_join(
        "", BUTTON, ((way[0], way[1], way[1], name, way[2]) for way in ways if way)
    )
    log: SafeString | str = ""
    if "leads.add_activity" in context["perms"] and name != ERASED_NAME:
        page = f"{reverse('lead', args=[lead_id])}?{query}{'&' if query else ''}then=c"
        log = format_html(LOG, page, name, lead_id, name)
    return format_html('<span class="row-actions">{}{}</span>', buttons, log)


def _is_known(contact: str) -> bool:
    return bool(contact) and not isinstance(contact, Unreadable)
