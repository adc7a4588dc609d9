"""What triggers keep beside events and credits, so that nobody has to read them all.

Nothing here is anybody's truth: all of it can be made again from the other tables.
"""

from django.db import models

from kpis.models import KpiEvent


class OpenPayment(models.Model):
    """A payment of which somebody's share is still open, kept by triggers."""

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
    """A note by a trigger: something that months are worked out from has changed.

    With `day` every month from that day's on may differ. Otherwise the month of
    `moment` may, and those of the other events of `lead` and of the payment `event`.
    A note becomes visible together with the change that it is about.
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


class SettledMonth(models.Model):
    """A closed month that comes to what was posted for it, in this zone.

    Until a note says otherwise it needs no second look.
    """

    month = models.DateField(primary_key=True)
    zone = models.CharField(max_length=64)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
