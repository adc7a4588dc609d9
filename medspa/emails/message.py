"""An email to a person of the clinic: plain text, and the same as simple HTML.

`templates/medspa/emails/NAME.txt` and `.html` hold what it says.
"""

from email.mime.image import MIMEImage
from email.utils import formataddr
from typing import Any

from django.apps import apps
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
    logo = _logo()
    shown = {"clinic": clinic, "subject": subject, "has_logo": bool(logo), **context}
    message = EmailMultiAlternatives(
        f"{subject} ({clinic})",
        render_to_string(f"medspa/emails/{name}.txt", shown),
        formataddr((clinic, settings.DEFAULT_FROM_EMAIL)),
        [to],
    )
    html = render_to_string(f"medspa/emails/{name}.html", shown)
    message.attach_alternative(html, "text/html")
    if logo:
        message.mixed_subtype = "related"  # type: ignore[attr-defined]
        message.attach(logo)
    return message


def _logo() -> MIMEImage | None:
    """The clinic's logo, sent along so that mail programs show it without asking."""
    logo_id = current_clinic().logo_id
    logos: Any = apps.get_model("medspa", "ClinicLogo")
    logo = logos.objects.filter(pk=logo_id).first() if logo_id else None
    if logo is None:
        return None
    part = MIMEImage(bytes(logo.content), logo.media_type.partition("/")[2])
    part.add_header("Content-ID", "<logo>")
    part.add_header("Content-Disposition", "inline", filename="logo")
    return part
