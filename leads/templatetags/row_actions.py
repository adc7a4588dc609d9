"""Buttons of a lead in a row of the list or of Today: call, text, email, log a call."""

from functools import cache

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from leads.models.lead import ERASED_NAME
from medspa.encryption.fields import Unreadable

register = template.Library()
BUTTON = (
    '<a class="row-action" href="{kind}:{{{contact}}}" title="{way}"'
    ' aria-label="{way} {{name}}"><span class="material-symbols-outlined"'
    ' aria-hidden="true">{icon}</span></a>'
)
LOG = (
    '<a class="row-action" href="{page}{lead_id}/?{query}then=c" title="Log a call"'
    ' aria-label="Log a call with {name}" data-log="{lead_id}" data-name="{name}">'
    '<span class="material-symbols-outlined" aria-hidden="true">add_call</span></a>'
)
BY_PHONE = (
    BUTTON.format(kind="tel", contact="phone", way="Call", icon="call"),
    BUTTON.format(kind="sms", contact="phone", way="Text", icon="sms"),
)
BY_EMAIL = BUTTON.format(kind="mailto", contact="email", way="Email", icon="mail")


@register.simple_tag(takes_context=True)
def row_actions(
    context: Context, lead_id: str, name: str, phone: str, email: str, query: str = ""
) -> SafeString:
    """Not a template: there are fifty on a page.

    Without a script the log is the menu of the lead page, which `then` opens.
    """
    buttons = _buttons(
        has_phone=_is_known(phone),
        has_email=_is_known(email),
        may_log="leads.add_activity" in context["perms"] and name != ERASED_NAME,
    )
    return format_html(
        buttons,
        lead_id=lead_id,
        name=name,
        phone=phone,
        email=email,
        query=f"{query}&" if query else "",
        page=reverse("leads"),
    )


@cache
def _buttons(*, has_phone: bool, has_email: bool, may_log: bool) -> str:
    """With a place for what differs from lead to lead."""
    phone = BY_PHONE if has_phone else ()
    email = (BY_EMAIL,) if has_email else ()
    log = (LOG,) if may_log else ()
    return f'<span class="row-actions">{"".join((*phone, *email, *log))}</span>'


def _is_known(contact: str) -> bool:
    return bool(contact) and not isinstance(contact, Unreadable)
