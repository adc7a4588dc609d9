"""What came of each item that was taken in: the ledger of sums and of undo."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from connections.models.connection import Connection
from connections.models.delivery import ReceivedDelivery
from connections.models.undo import UndoRun
from kpis.models import KpiEvent
from leads.models import Lead
from medspa import clock
from medspa.ids import CuidField
from medspa.validation import Validated


class Outcome(models.TextChoices):
    CREATED = "created", "Created"
    UPDATED = "updated", "Updated"
    RESTORED = "restored", "Restored"
    UNCHANGED = "unchanged", "Unchanged"
    ECHO = "echo", "Echo of our own change"
    DUPLICATE = "duplicate", "Duplicate"
    PARKED = "parked", "Parked"
    REFUSED = "refused", "Refused"


WHAT_IN_WORDS = {
    "lead": "Lead",
    "deleted": "Deleted lead",
    "stage": "Stage",
    "paid": "Payment",
    "refunded": "Refund",
    "booked": "Appointment booked",
    "cancelled": "Appointment canceled",
    "showed": "Showed",
    "no_show": "No-show",
    "do_not_contact": "Do not contact",
}
APPLIED = (Outcome.CREATED, Outcome.UPDATED, Outcome.RESTORED)


class ItemOutcome(Validated):
    """One item of a delivery, a file or a backfill, and what came of it.

    `before` and `after` are rows of the lead's history around the change of `fields`:
    contact data stands there, encrypted. Without `before` the item made the lead or
    the event. `fields` also names what was added to the lead, such as `tag:…` with the
    tag's id. `undone_at` is when `undo` took the change back; `kept` says in words what
    of it stays, and why.
    """

    id = CuidField(primary_key=True)
    connection = models.ForeignKey(
        Connection,
        on_delete=models.CASCADE,
        related_name="outcomes",
        null=True,
        blank=True,
        db_index=False,  # an index of the moment begins with it
    )
    delivery = models.ForeignKey(
        ReceivedDelivery,
        on_delete=models.SET_NULL,
        related_name="outcomes",
        null=True,
        blank=True,
    )
    # The import or the backfill that several items belong to.
    batch = models.CharField(max_length=40, blank=True)
    number = models.IntegerField(default=0)
    what = models.CharField(max_length=15)
    object_id = models.CharField(max_length=120, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome)
    reason = models.CharField(max_length=40, blank=True)
    lead = models.ForeignKey(
        Lead,
        on_delete=models.CASCADE,
        related_name="intake_outcomes",
        null=True,
        blank=True,
    )
    event = models.ForeignKey(
        KpiEvent,
        on_delete=models.CASCADE,
        related_name="intake_outcomes",
        null=True,
        blank=True,
    )
    fields = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    before = models.BigIntegerField(null=True, blank=True)
    after = models.BigIntegerField(null=True, blank=True)
    made_at = models.DateTimeField(default=clock.now)
    undone_at = models.DateTimeField(null=True, blank=True)
    undo = models.ForeignKey(
        UndoRun,
        on_delete=models.SET_NULL,
        related_name="items",
        null=True,
        blank=True,
        db_index=False,  # an index of the undone begins with it
    )
    kept = models.CharField(
        "why it was kept", max_length=200, blank=True, default="", db_default=""
    )

    objects: ClassVar[models.Manager] = models.Manager()

    class Meta:
        default_permissions = ()
        ordering = ["made_at", "number", "id"]
        constraints = [
            models.CheckConstraint(
                name="connections_itemoutcome_is_known",
                condition=Q(outcome__in=Outcome.values),
                violation_error_message="Choose an outcome from the list.",
            ),
            models.CheckConstraint(
                name="connections_itemoutcome_says_why",
                condition=~Q(outcome__in=[Outcome.PARKED, Outcome.REFUSED])
                | ~Q(reason=""),
                violation_error_message="A parked or refused item needs a reason.",
            ),
            models.CheckConstraint(
                name="connections_itemoutcome_undoes_what_was_applied",
                condition=Q(undone_at__isnull=True) | Q(outcome__in=APPLIED),
                violation_error_message="Only what was applied can be undone.",
            ),
        ]
        indexes = [
            models.Index("connection", "made_at", name="connections_outcome_moment"),
            models.Index(
                "what",
                "object_id",
                name="connections_outcome_parked",
                condition=Q(outcome=Outcome.PARKED) & ~Q(object_id=""),
            ),
            models.Index(
                "batch",
                "number",
                name="connections_outcome_batch",
                condition=~Q(batch=""),
            ),
            models.Index(
                "undo",
                "id",
                name="connections_outcome_undo",
                condition=Q(undo__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what}: {self.outcome}"

    @property
    def what_in_words(self) -> str:
        return WHAT_IN_WORDS.get(self.what, self.what)
