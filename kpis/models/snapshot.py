"""Snapshots: a month's figures as they were on one evening, to tell what changed."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import TruncMonth

from medspa.formats import format_month
from medspa.ids import CuidField
from medspa.validation import Validated

# The counts and cents of a month, by their metric keys. Costs and rates follow from
# them.
MEASURES = (
    "leads",
    "ad_clicks",
    "booked_events",
    "booked_leads",
    "show_events",
    "shown_leads",
    "paid_invoices",
    "paying_leads",
    "new_customers",
    "gross_collected_cents",
    "refunds_cents",
    "net_revenue_cents",
    "spend_cents",
    "leads_with_campaign",
    "attributed_new_customers",
    "attributed_net_revenue_cents",
)


class MonthSnapshot(Validated):
    """The figures of `month`, on the period basis, as they were at `taken_at`.

    Refunds are negative, as in all figures. A trigger refuses changes of the rows.
    """

    id = CuidField(primary_key=True)
    month = models.DateField(help_text="The first day of the month.")
    taken_on = models.DateField(help_text="The clinic's day.")
    taken_at = models.DateTimeField()
    zone = models.CharField(max_length=64)
    leads = models.BigIntegerField()
    ad_clicks = models.BigIntegerField()
    booked_events = models.BigIntegerField()
    booked_leads = models.BigIntegerField()
    show_events = models.BigIntegerField()
    shown_leads = models.BigIntegerField()
    paid_invoices = models.BigIntegerField()
    paying_leads = models.BigIntegerField()
    new_customers = models.BigIntegerField()
    gross_collected_cents = models.BigIntegerField()
    refunds_cents = models.BigIntegerField()
    net_revenue_cents = models.BigIntegerField()
    spend_cents = models.BigIntegerField()
    leads_with_campaign = models.BigIntegerField()
    attributed_new_customers = models.BigIntegerField()
    attributed_net_revenue_cents = models.BigIntegerField()

    class Meta:
        default_permissions = ()
        ordering = ["month", "taken_on"]
        constraints = [
            models.UniqueConstraint(
                name="kpis_monthsnapshot_once_a_day",
                fields=["month", "taken_on"],
                violation_error_message="This month was already saved on that day.",
            ),
            models.CheckConstraint(
                name="kpis_monthsnapshot_month_is_a_first_day",
                condition=Q(month=TruncMonth("month")),
                violation_error_message="A month must be given as its first day.",
            ),
        ]

    def __str__(self) -> str:
        return f"{format_month(self.month)} on {self.taken_on}"

    @property
    def figures(self) -> dict[str, Any]:
        return {key: getattr(self, key) for key in MEASURES}
