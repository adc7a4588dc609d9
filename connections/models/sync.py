"""Two systems with the same data: how far was read, what is known, what to write."""

from typing import ClassVar, cast

from django.db import models
from django.db.models import Q

from connections.models.connection import Connection
from leads.models import Lead
from medspa import clock
from medspa.clock import ClockTimestamp
from medspa.json_columns import IsObject, Schema, parse_json
from medspa.validation import Validated


class Stream(models.TextChoices):
    CONTACTS = "contacts", "Contacts"
    OPPORTUNITIES = "opportunities", "Opportunities"
    APPOINTMENTS = "appointments", "Appointments"
    TRANSACTIONS = "transactions", "Payments"


class BackfillPreview(Schema):
    """How many contacts a first import would make what of; `refused` by the reason."""

    created: int = 0
    updated: int = 0
    restored: int = 0
    unchanged: int = 0
    deleted_here: int = 0
    without_contact: int = 0
    do_not_contact: int = 0
    refused: dict[str, int] = {}

    @property
    def contacts(self) -> int:
        """All that were read; who must not be contacted is one of them."""
        applied = self.created + self.updated + self.restored + self.unchanged
        left_out = self.deleted_here + self.without_contact
        return applied + left_out + sum(self.refused.values())


class StreamState(Validated):
    """How far a connection has read one kind of object.

    `bookmark` is the greatest moment of a change that was seen, less ten minutes.
    `drift` counts by field what the last full comparison found to differ.
    """

    connection = models.ForeignKey(
        Connection,
        on_delete=models.CASCADE,
        related_name="streams",
        db_index=False,  # the unique index begins with it
    )
    stream = models.CharField(max_length=15, choices=Stream)
    bookmark = models.DateTimeField(null=True, blank=True)
    polled_at = models.DateTimeField(null=True, blank=True)
    compared_at = models.DateTimeField(null=True, blank=True)
    drift = models.JSONField(default=dict, blank=True)
    # Where a backfill that was paused goes on: behind this row, changed at this moment
    # in milliseconds. Empty when none is under way.
    place_at = models.BigIntegerField(null=True, blank=True)
    place_id = models.CharField(max_length=64, blank=True)
    # What a first import would do, as it was when somebody last asked.
    preview = models.JSONField(default=dict, db_default={}, blank=True)
    previewed_at = models.DateTimeField(null=True, blank=True)
    # Why the last poll failed; empty when it did not.
    failure = models.CharField(max_length=30, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager] = models.Manager()

    class Meta:
        default_permissions = ()
        ordering = ["connection", "stream"]
        constraints = [
            models.UniqueConstraint(
                name="connections_streamstate_one_for_a_stream",
                fields=["connection", "stream"],
                violation_error_message="This stream is followed already.",
            ),
            models.CheckConstraint(
                name="connections_streamstate_stream_is_known",
                condition=Q(stream__in=Stream.values),
                violation_error_message="Choose a stream from the list.",
            ),
            models.CheckConstraint(
                name="connections_streamstate_drift_is_an_object",
                condition=Q(IsObject("drift")),
                violation_error_message="The differences must be a JSON object.",
            ),
            models.CheckConstraint(
                name="connections_streamstate_preview_is_an_object",
                condition=Q(IsObject("preview")),
                violation_error_message="The preview must be a JSON object.",
            ),
            models.CheckConstraint(
                name="connections_streamstate_fails_since_a_moment",
                condition=Q(failure="", failing_since__isnull=True)
                | (~Q(failure="") & Q(failing_since__isnull=False)),
                violation_error_message="A failure has a moment since when it is one.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_stream_display()

    @property
    def differences(self) -> int:
        """How many fields the last full comparison found to differ."""
        return sum(self.drift.values())

    @property
    def read_preview(self) -> BackfillPreview | None:
        """None where nobody asked for one yet."""
        if self.previewed_at is None:
            return None
        found = parse_json(BackfillPreview, self.preview, "preview")
        return cast(BackfillPreview, found)


class KnownThere(Validated):
    """The last value of one field that the other system is known to have.

    Of the value only a keyed hash is kept. What is read there and equals it is no
    change there: after our own write it is an echo. `changes` counts how often the
    field changed there since `counted_from`; when it changes too often it is parked.
    """

    connection = models.ForeignKey(
        Connection, on_delete=models.CASCADE, related_name="known_there", db_index=False
    )
    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="known_there")
    # The field, for a tag with its id: `tag:…`.
    field = models.CharField(max_length=40)
    digest = models.BinaryField(max_length=16)
    is_ours = models.BooleanField(default=False)
    at = models.DateTimeField(default=clock.now)
    changes = models.SmallIntegerField(default=0)
    counted_from = models.DateTimeField(default=clock.now)
    parked_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager] = models.Manager()

    class Meta:
        verbose_name_plural = "known there"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="connections_knownthere_once",
                fields=["connection", "lead", "field"],
                violation_error_message="One value of a field is known.",
            ),
        ]
        indexes = [
            models.Index(
                "connection",
                name="connections_known_parked",
                condition=Q(parked_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.field


class ChangeState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    SENT = "sent", "Sent"
    SAME = "same", "Already the same there"
    OVERRULED = "overruled", "Changed there later"
    PARKED = "parked", "Parked"


class OutgoingChange(Validated):
    """A field of a lead that was changed here and is to be written there.

    Triggers add it in the transaction of the change. It holds no value: what is sent
    is the value at that moment, so that several changes become one.
    """

    connection = models.ForeignKey(
        Connection, on_delete=models.CASCADE, related_name="outgoing", db_index=False
    )
    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="outgoing")
    field = models.CharField(max_length=20)
    # Of a tag its id.
    detail = models.CharField(max_length=25, blank=True, db_default="")
    state = models.CharField(
        max_length=10,
        choices=ChangeState,
        default=ChangeState.WAITING,
        db_default=ChangeState.WAITING,
    )
    reason = models.CharField(max_length=30, blank=True, db_default="")
    attempts = models.SmallIntegerField(default=0, db_default=0)
    changed_at = models.DateTimeField(default=clock.now, db_default=ClockTimestamp())
    next_at = models.DateTimeField(default=clock.now, db_default=ClockTimestamp())
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager] = models.Manager()

    class Meta:
        default_permissions = ()
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                name="connections_outgoingchange_waits_once",
                fields=["connection", "lead", "field", "detail"],
                condition=Q(state="waiting"),
                violation_error_message="This change waits already.",
            ),
            models.CheckConstraint(
                name="connections_outgoingchange_state_is_known",
                condition=Q(state__in=ChangeState.values),
                violation_error_message="Choose a state from the list.",
            ),
            models.CheckConstraint(
                name="connections_outgoingchange_ends_once",
                condition=Q(state=ChangeState.WAITING, ended_at__isnull=True)
                | (~Q(state=ChangeState.WAITING) & Q(ended_at__isnull=False)),
                violation_error_message="A change ends when it no longer waits.",
            ),
        ]
        indexes = [
            models.Index(
                "connection",
                "next_at",
                name="connections_outgoing_due",
                condition=Q(state="waiting"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field}: {self.state}"
