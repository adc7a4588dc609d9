"""Rollups: tables that triggers and runs maintain, and that can be made again.

They answer in milliseconds what would take reading all events and credits: which
payments are not fully credited, and which closed months may have changed.
"""

from django.db import models

from kpis.models import KpiEvent


class OpenPayment(models.Model):
    """A payment that is not fully credited; triggers add and remove the rows."""

    event = models.OneToOneField(
        KpiEvent,
        primary_key=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="open_payment",
    )
    occurred_at = models.DateTimeField()
    open_bps = models.SmallIntegerField()

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index("occurred_at", "event", name="commissions_openpayment_when")
        ]

    def __str__(self) -> str:
        return f"{self.open_bps} of {self.event_id}"


class InputChange(models.Model):
    """A note, written by a trigger: something that months are calculated from changed.

    With `day`, every month from that day on may come to something else. Otherwise the
    month of `moment` may, and the months of all events of `lead` and of the event
    `event` and its refunds. A note is committed together with the change.
    """

    id = models.BigAutoField(primary_key=True)
    day = models.DateField(null=True, blank=True)
    moment = models.DateTimeField(null=True, blank=True)
    lead = models.CharField(max_length=25, blank=True, db_collation="C")
    event = models.CharField(max_length=25, blank=True, db_collation="C")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.day or self.moment}: {self.lead} {self.event}"


class ReconciledMonth(models.Model):
    """A closed month that, calculated again, came to what is posted for it.

    As long as no `InputChange` is about it, it is not calculated again. `zone` is the
    clinic's time zone of that calculation.
    """

    month = models.DateField(primary_key=True)
    zone = models.CharField(max_length=64)

    class Meta:
        db_table = "commissions_settledmonth"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
