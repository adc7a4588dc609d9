"""Campaigns and what they cost."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, TruncMonth
from django.utils import timezone

from medspa.audit.history import History
from medspa.ids import CuidField
from medspa.soft_deletion import SoftDeletable
from medspa.validation import Validated


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
    name = models.CharField(max_length=120)
    platform = models.CharField(max_length=20, choices=Platform)
    monthly_spend_cents = models.BigIntegerField(
        "planned spend per month",
        default=0,
        help_text="Counts for the months without an actual spend.",
    )
    starts_on = models.DateField("first day", null=True, blank=True)
    ends_on = models.DateField("last day", null=True, blank=True)
    created_at = models.DateTimeField("created", default=timezone.now, editable=False)
    updated_at = models.DateTimeField("changed", auto_now=True)

    history = History()

    class Meta(SoftDeletable.Meta):
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="campaigns_campaign_has_a_name",
                condition=~Q(name=""),
                violation_error_message="Give the campaign a name.",
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
                violation_error_message="The last day can't be before the first day.",
            ),
        ]
        permissions = [("view_spend", "Can see what campaigns cost")]

    def __str__(self) -> str:
        return self.name


class SpendSource(models.TextChoices):
    """Where a cost export comes from. Stored in the column `door`."""

    META = "meta", "Meta Ads"
    GOOGLE = "google", "Google Ads"
    OTHER = "other", "A spreadsheet"


class CampaignAlias(Validated):
    """The name by which an ad platform's exports know a campaign."""

    id = CuidField(primary_key=True)
    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="aliases"
    )
    door = models.CharField(max_length=10, choices=SpendSource)
    name = models.CharField(max_length=300)
    created_at = models.DateTimeField("created", default=timezone.now, editable=False)

    history = History()

    class Meta:
        default_permissions = ()
        verbose_name = "name in exports"
        verbose_name_plural = "names in exports"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                "door",
                Lower("name"),
                name="campaigns_campaignalias_name_is_unique",
                violation_error_message="This name already means a campaign.",
            ),
            models.CheckConstraint(
                name="campaigns_campaignalias_has_a_name",
                condition=~Q(name=""),
                violation_error_message="Give the name in the exports.",
            ),
            models.CheckConstraint(
                name="campaigns_campaignalias_door_is_known",
                condition=Q(door__in=SpendSource.values),
                violation_error_message="Choose the platform from the list.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} → {self.campaign}"


class CampaignSpend(Validated):
    """What a campaign really cost in one month."""

    id = CuidField(primary_key=True)
    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="spends"
    )
    month = models.DateField(help_text="The first day of the month.")
    spend_cents = models.BigIntegerField("spend")

    history = History()

    class Meta:
        verbose_name = "monthly spend"
        verbose_name_plural = "monthly spends"
        ordering = ["-month"]
        constraints = [
            models.UniqueConstraint(
                name="campaigns_campaignspend_month_is_unique",
                fields=["campaign", "month"],
                violation_error_message="This month's spend is already entered.",
            ),
            models.CheckConstraint(
                name="campaigns_campaignspend_month_is_a_first_day",
                condition=Q(month=TruncMonth("month")),
                violation_error_message="Enter the month by its first day.",
            ),
            models.CheckConstraint(
                name="campaigns_campaignspend_spend_is_not_negative",
                condition=Q(spend_cents__gte=0),
                violation_error_message="The spend can't be negative.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign}, {self.month:%B %Y}"
