"""An email to a person of the clinic: plain text, and the same as simple HTML.

`templates/medspa/emails/NAME.txt` and `.html` hold what it says.
"""

from email.utils import formataddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from medspa.clinic.current import current_clinic


def is_email_set_up() -> bool:
    """Whether emails leave this server; else pages show what they would say."""
    return bool(settings.EMAIL_URL)


def compose(
    name: str, to: str, subject: str, context: dict[str, Any]
) -> EmailMultiAlternatives:
    clinic = " ".join(current_clinic().name.split())
    shown = {"clinic": clinic, "subject": subject, **context}
    message = EmailMultiAlternatives(
        f"{subject} ({clinic})",
        render_to_string(f"medspa/emails/{name}.txt", shown),
        formataddr((clinic, settings.DEFAULT_FROM_EMAIL)),
        [to],
    )
    html = render_to_string(f"medspa/emails/{name}.html", shown)
    message.attach_alternative(html, "text/html")
    return message
