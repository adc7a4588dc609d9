"""What campaigns really cost, by ranges of days."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from campaigns.models.campaign import Campaign
from medspa.audit.history import History
from medspa.formats import format_days
from medspa.ids import CuidField
from medspa.months import DayRange
from medspa.validation import Validated

OVERLAP_SENTENCE = "Spend is already entered for one of these dates."


class CampaignSpendQuerySet(models.QuerySet):
    def touching(self, days: DayRange) -> "CampaignSpendQuerySet":
        """The spend of ranges that share a day with `days`."""
        return self.filter(from_on__lte=days.last, to_on__gte=days.first)


class CampaignSpend(Validated):
    """What a campaign cost on the days of a range; no two ranges of one overlap."""

    id = CuidField(primary_key=True)
    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="spends", db_index=False
    )
    from_on = models.DateField("start date")
    to_on = models.DateField("end date")
    spend_cents = models.BigIntegerField("spend")

    objects = CampaignSpendQuerySet.as_manager()
    history = History()

    class Meta:
        verbose_name = "spend"
        verbose_name_plural = "spend"
        ordering = ["-from_on"]
        constraints = [
            models.UniqueConstraint(
                name="campaigns_campaignspend_first_day_is_unique",
                fields=["campaign", "from_on"],
                violation_error_message=OVERLAP_SENTENCE,
            ),
            models.CheckConstraint(
                name="campaigns_campaignspend_ends_after_it_starts",
                condition=Q(to_on__gte=F("from_on")),
                violation_error_message="The end date can't be before the start date.",
            ),
            models.CheckConstraint(
                name="campaigns_campaignspend_spend_is_not_negative",
                condition=Q(spend_cents__gte=0),
                violation_error_message="The spend can't be negative.",
            ),
        ]
        # The last days come first: what is asked is mostly about the last months.
        indexes = [
            models.Index("to_on", "from_on", name="campaigns_campaignspend_days")
        ]

    def __str__(self) -> str:
        return f"{self.campaign}, {format_days(self.days)}"

    def clean(self) -> None:
        """Say in a form what the trigger `campaigns_campaignspend_ranges_fit` says."""
        if not (self.from_on and self.to_on and self.campaign_id):
            return
        others: Any = CampaignSpend.objects.filter(campaign=self.campaign_id)
        # The first day alone has a constraint with the same sentence.
        if (
            others.touching(self.days)
            .exclude(pk=self.pk)
            .exclude(from_on=self.from_on)
            .exists()
        ):
            raise ValidationError(OVERLAP_SENTENCE)

    @property
    def days(self) -> DayRange:
        return DayRange(self.from_on, self.to_on)
