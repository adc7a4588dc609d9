"""How a lead came: each time by which form, campaign and ad, and what it agreed to."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from campaigns.models import Campaign, Platform
from leads.models.lead import Lead
from leads.models.lead_queries import OfLeadQuerySet
from medspa.ids import CuidField
from medspa.validation import Validated

# The name of the door, and the form's slug: for Python and for PostgreSQL.
DOOR_PATTERN = "^[a-z][a-z0-9_]{0,19}$"
FORM_PATTERN = "^([a-z0-9][a-z0-9_-]{0,49})?$"
# No ad platform's click id is shorter, and none has a space: a sentence isn't one.
CLICK_ID_PATTERN = "^(?=.*[0-9])[A-Za-z0-9_.-]{16,255}$"


class ClickKind(models.TextChoices):
    """The parameter of an address in which an ad platform tells of its click."""

    GCLID = "gclid", "Google click ID"
    GBRAID = "gbraid", "Google click ID (iOS)"
    WBRAID = "wbraid", "Google click ID (web to app)"
    FBCLID = "fbclid", "Meta click ID"
    MSCLKID = "msclkid", "Microsoft click ID"
    TTCLID = "ttclid", "TikTok click ID"


class LeadArrival(Validated):
    """One time that a lead came in by itself; never changed.

    The first touch, by which leads are counted, are the lead's own source and campaign;
    later arrivals change neither. `wording_version` is that of the consent text beside
    the boxes that were ticked.
    """

    id = CuidField(primary_key=True)
    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="arrivals")
    door = models.CharField(max_length=20)
    form = models.CharField(max_length=50, blank=True)
    campaign = models.ForeignKey(
        Campaign,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
    )
    ad_platform = models.CharField(
        "ad platform", max_length=20, choices=Platform, blank=True
    )
    click_kind = models.CharField(max_length=10, choices=ClickKind, blank=True)
    click_id = models.CharField("click ID", max_length=255, blank=True)
    agreed_to_email = models.BooleanField("agreed to emails", default=False)
    agreed_to_text = models.BooleanField("agreed to texts", default=False)
    wording_version = models.IntegerField("consent wording", null=True, blank=True)
    arrived_at = models.DateTimeField("arrived", default=timezone.now)

    objects: ClassVar[Any] = OfLeadQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        verbose_name = "arrival"
        ordering = ["arrived_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="leads_leadarrival_door_is_a_name",
                condition=Q(door__regex=DOOR_PATTERN),
                violation_error_message="A door has up to 20 small letters and digits.",
            ),
            models.CheckConstraint(
                name="leads_leadarrival_form_is_a_slug",
                condition=Q(form__regex=FORM_PATTERN),
                violation_error_message=(
                    "Use only lowercase letters, digits and hyphens."
                ),
            ),
            models.CheckConstraint(
                name="leads_leadarrival_ad_platform_is_known",
                condition=Q(ad_platform__in=["", *Platform.values]),
                violation_error_message="Choose an ad platform from the list.",
            ),
            models.CheckConstraint(
                name="leads_leadarrival_click_is_an_id",
                condition=Q(click_kind="", click_id="")
                | Q(click_kind__in=ClickKind.values, click_id__regex=CLICK_ID_PATTERN),
                violation_error_message=(
                    "A click ID has a known kind, and only letters and digits."
                ),
            ),
            models.CheckConstraint(
                name="leads_leadarrival_consent_has_its_wording",
                condition=Q(agreed_to_email=False, agreed_to_text=False)
                | Q(wording_version__isnull=False, wording_version__gte=1),
                violation_error_message="A consent needs the version of its wording.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lead}, {self.door}"

    @property
    def certainty(self) -> str:
        """How sure it is that the ad or campaign brought the lead."""
        if self.click_id:
            return "Certain: the ad's click ID came with it."
        if self.campaign_id or self.ad_platform:
            return "Likely: the link that was opened named it."
        return "Unknown: the form was opened without an ad's link."

    @property
    def agreed_to(self) -> str:
        """`emails and texts`; empty for nothing."""
        kinds = {"emails": self.agreed_to_email, "texts": self.agreed_to_text}
        return " and ".join(kind for kind, agreed in kinds.items() if agreed)
