"""What campaigns really cost, by month."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import TruncMonth

from campaigns.models.campaign import Campaign
from medspa.audit.history import History
from medspa.ids import CuidField
from medspa.validation import Validated


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
