"""A campaign that leads come from."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from medspa.audit.history import History
from medspa.ids import CuidField
from medspa.reading.short_names import CleanedCharField, not_about_somebody
from medspa.soft_deletion import SoftDeletable


class Platform(models.TextChoices):
    FACEBOOK = "facebook", "Facebook"
    INSTAGRAM = "instagram", "Instagram"
    GOOGLE = "google", "Google"
    TIKTOK = "tiktok", "TikTok"
    BING = "bing", "Bing"
    YELP = "yelp", "Yelp"
    OTHER = "other", "Other"


class Campaign(SoftDeletable):
    """A campaign that leads come from."""

    id = CuidField(primary_key=True)
    name = CleanedCharField(max_length=120)
    platform = models.CharField(max_length=20, choices=Platform)
    monthly_spend_cents = models.BigIntegerField(
        "monthly budget",
        default=0,
        help_text="Used for days without entered spend.",
    )
    starts_on = models.DateField("start date", null=True, blank=True)
    ends_on = models.DateField("end date", null=True, blank=True)
    created_at = models.DateTimeField("created", default=timezone.now, editable=False)
    updated_at = models.DateTimeField("changed", auto_now=True)

    history = History()

    class Meta(SoftDeletable.Meta):
        ordering = ["name"]
        constraints = [
            not_about_somebody(of="name", name="campaigns_campaign_name_is_no_persons"),
            models.CheckConstraint(
                name="campaigns_campaign_has_a_name",
                condition=~Q(name=""),
                violation_error_message="Enter a name.",
            ),
            models.CheckConstraint(
                name="campaigns_campaign_platform_is_known",
                condition=Q(platform__in=Platform.values),
                violation_error_message="Choose a platform from the list.",
            ),
            models.CheckConstraint(
                name="campaigns_campaign_spend_is_not_negative",
                condition=Q(monthly_spend_cents__gte=0),
                violation_error_message="The spend can't be negative.",
            ),
            models.CheckConstraint(
                name="campaigns_campaign_ends_after_it_starts",
                condition=Q(ends_on__gte=F("starts_on"))
                | Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True),
                violation_error_message="The end date can't be before the start date.",
            ),
        ]
        permissions = [("view_spend", "Can see what campaigns cost")]

    def __str__(self) -> str:
        return self.name
