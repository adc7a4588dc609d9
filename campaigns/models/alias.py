"""The names of campaigns in the exports of ad platforms."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from campaigns.models.campaign import Campaign
from medspa.audit.history import History
from medspa.ids import CuidField
from medspa.validation import Validated


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
                violation_error_message="This name already belongs to a campaign.",
            ),
            models.CheckConstraint(
                name="campaigns_campaignalias_has_a_name",
                condition=~Q(name=""),
                violation_error_message="Enter the name used in the exports.",
            ),
            models.CheckConstraint(
                name="campaigns_campaignalias_door_is_known",
                condition=Q(door__in=SpendSource.values),
                violation_error_message="Choose the platform from the list.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} → {self.campaign}"
