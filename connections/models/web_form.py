"""The clinic's own web forms, and the wording of their consents."""

import re
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from leads.models.lead_lists import LONGEST_SLUG, source_choices
from medspa import clock
from medspa.audit.history import History
from medspa.ids import CuidField
from medspa.lists.constraints import CodeIsListed
from medspa.lists.fields import ListedCodeField
from medspa.reading.short_names import CleanedCharField, not_about_somebody
from medspa.validation import Validated

FORM_SLUG = "^[a-z0-9][a-z0-9-]{0,49}$"
COLOR = "^#[0-9a-f]{6}$"
# Scheme and host of a website, one a line.
ORIGIN = r"https?://[a-z0-9.-]+(:[0-9]{1,5})?"
ORIGINS = rf"^({ORIGIN}(\n{ORIGIN})*)?$"
# Where black and white have the same contrast, 4.58 to 1.
EVEN_LUMINANCE = 0.179
THANK_YOU = "Thank you. We got your request and will be in touch soon."
EMAIL_WORDING = "Email me offers and news. I can unsubscribe at any time."
TEXT_WORDING = (
    "Text me offers and news at the number above. Consent is not a condition of any "
    "purchase. Message and data rates may apply. Reply STOP to opt out."
)


class WebForm(Validated):
    """A form that visitors of the clinic's website fill in.

    A consent whose wording is empty is not asked. Each change of a wording makes a new
    version (`WebFormWording`), which a visitor's consent names.
    """

    id = CuidField(primary_key=True)
    title = CleanedCharField(max_length=60)
    slug = models.CharField(max_length=50, editable=False)
    intro = CleanedCharField("introduction", max_length=300, blank=True)
    button = CleanedCharField(max_length=30, default="Send")
    thank_you = CleanedCharField("thank-you text", max_length=300, default=THANK_YOU)
    asks_email = models.BooleanField("email", default=True)
    asks_phone = models.BooleanField("phone", default=True)
    asks_procedure = models.BooleanField("procedure of interest", default=True)
    email_wording = CleanedCharField(
        "consent to emails", max_length=500, blank=True, default=EMAIL_WORDING
    )
    text_wording = CleanedCharField(
        "consent to texts", max_length=500, blank=True, default=TEXT_WORDING
    )
    wording_version = models.IntegerField(default=1, editable=False)
    source = ListedCodeField(
        max_length=LONGEST_SLUG, choices=source_choices, default="website"
    )
    accent = models.CharField("color", max_length=7, default="#4f46e5")
    shows_logo = models.BooleanField("clinic logo", default=True)
    origins = models.TextField("websites", blank=True)
    is_on = models.BooleanField("on", default=True)
    created_at = models.DateTimeField("created", default=clock.now, editable=False)
    updated_at = models.DateTimeField("changed", auto_now=True)

    objects: ClassVar[Any] = models.Manager()
    history = History()

    class Meta:
        verbose_name = "web form"
        default_permissions = ("view", "add", "change")
        ordering = ["title"]
        constraints = [
            not_about_somebody(of="title", name="connections_webform_title_no_persons"),
            models.CheckConstraint(
                name="connections_webform_has_its_texts",
                condition=~Q(title="") & ~Q(button="") & ~Q(thank_you=""),
                violation_error_message=(
                    "A form needs a title, a button and a thank-you text."
                ),
            ),
            models.UniqueConstraint(
                Lower("title"),
                name="connections_webform_title_is_unique",
                violation_error_message="There is already a form with this title.",
            ),
            models.UniqueConstraint(
                name="connections_webform_slug_is_unique",
                fields=["slug"],
                violation_error_message="There is already a form with this name.",
            ),
            models.CheckConstraint(
                name="connections_webform_slug_is_short",
                condition=Q(slug__regex=FORM_SLUG),
                violation_error_message="Use only lowercase letters and digits.",
            ),
            models.CheckConstraint(
                name="connections_webform_asks_a_contact",
                condition=Q(asks_email=True) | Q(asks_phone=True),
                violation_error_message="Ask for an email, a phone or both.",
            ),
            models.CheckConstraint(
                name="connections_webform_consents_have_contacts",
                condition=(Q(email_wording="") | Q(asks_email=True))
                & (Q(text_wording="") | Q(asks_phone=True)),
                violation_error_message=(
                    "To ask for consent to emails, ask for the email. To ask for"
                    " consent to texts, ask for the phone."
                ),
            ),
            models.CheckConstraint(
                name="connections_webform_accent_is_a_color",
                condition=Q(accent__regex=COLOR),
                violation_error_message="Choose a color like #4f46e5.",
            ),
            models.CheckConstraint(
                name="connections_webform_origins_are_websites",
                condition=Q(origins__regex=ORIGINS),
                violation_error_message=(
                    "Enter one website a line, like https://www.example.com."
                ),
            ),
            models.CheckConstraint(
                name="connections_webform_wordings_are_counted",
                condition=Q(wording_version__gte=1),
                violation_error_message="The first wording has the number 1.",
            ),
            CodeIsListed(
                name="connections_webform_source_is_listed",
                field="source",
                to="leads.LeadSource",
                violation_error_message="Choose a source from the list.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        self.slug = self.slug or slug_of(self.title)

    @property
    def on_accent(self) -> str:
        """Black or white: what is better read on the form's color."""
        return "#000000" if luminance(self.accent) > EVEN_LUMINANCE else "#ffffff"

    @property
    def allowed_origins(self) -> list[str]:
        return self.origins.split("\n") if self.origins else []


class WebFormWording(Validated):
    """What stood beside a form's consent boxes; consents name it, so it stays."""

    id = CuidField(primary_key=True)
    form = models.ForeignKey(
        WebForm, on_delete=models.PROTECT, related_name="wordings", db_index=False
    )
    version = models.IntegerField()
    email_wording = models.CharField(max_length=500, blank=True)
    text_wording = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField("created", default=clock.now, editable=False)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        verbose_name = "wording"
        default_permissions = ()
        ordering = ["version"]
        constraints = [
            models.UniqueConstraint(
                name="connections_webformwording_version_is_one",
                fields=["form", "version"],
                violation_error_message="This version has its wording already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form}, wording {self.version}"


class WebFormCount(models.Model):
    """How often an address sent forms in an hour. The address is stored as an HMAC
    under the day's key, and only until the next day."""

    id = models.BigAutoField(primary_key=True)
    address_hash = models.BinaryField(max_length=32)
    hour = models.DateTimeField()
    count = models.IntegerField(default=1)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="connections_webformcount_one_an_hour",
                fields=["address_hash", "hour"],
                violation_error_message="This address is counted already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.count} in the hour of {self.hour:%Y-%m-%d %H:%M}"


def luminance(color: str) -> float:
    """From 0 to 1, as WCAG 2 defines the relative luminance of `#rrggbb`."""
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def slug_of(title: str) -> str:
    """`Free consult!` → `free-consult`; free of other forms' slugs."""
    base = re.sub(r"[^a-z0-9]+", "-", title.casefold()).strip("-")[:40] or "form"
    slug, number = base, 1
    while WebForm.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{base}-{number}"
    return slug
