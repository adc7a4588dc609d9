"""What is undone together: a batch, or what a connection sent in a period."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from connections.door_parts.foreign_ids import GOHIGHLEVEL
from connections.models import (
    APPLIED,
    UNDO_WITHIN,
    Connection,
    IntakeBatch,
    ItemOutcome,
    UndoRun,
)
from connections.registry import DOORS
from connections.undoing.of_leads import NotUndone
from leads.models import ImportFile
from medspa import clock
from medspa.jobs.models import JobRun
from medspa.templatetags.clinic import moment

TOO_OLD = "Imports can be undone for 30 days."
NOTHING_LEFT = "There is nothing to undo."
STILL_RUNNING = "This import is still running. Wait, or cancel it first."
IS_BEING_UNDONE = "Someone is undoing this right now."
END_BEFORE_START = "The end must be after the start."


@dataclass(frozen=True)
class UndoScope:
    """Either a batch, or a connection with a period."""

    batch: IntakeBatch | None = None
    connection: Connection | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def items(self) -> QuerySet[ItemOutcome]:
        """What no undo has touched yet."""
        of = (
            Q(batch=self.batch.pk)
            if self.batch
            else Q(
                connection=self.connection,
                made_at__gte=self.since,
                made_at__lt=self.until,
            )
        )
        applied = ItemOutcome.objects.filter(of, outcome__in=APPLIED)
        return applied.filter(undo=None, undone_at=None)

    @property
    def title(self) -> str:
        if self.batch:
            return self.batch.title
        assert self.connection and self.since and self.until  # noqa: S101
        door = DOORS[self.connection.door].title
        return f"{door}, {moment(self.since)} to {moment(self.until)}"

    @property
    def comes_again(self) -> bool:
        """The connection compares every night, and takes in what differs."""
        of = self.connection or (self.batch and self.batch.connection)
        return bool(of and of.is_on and of.door == GOHIGHLEVEL)

    def lock(self) -> None:
        """Of two people who undo the same at once the second waits and is told."""
        if self.batch:
            IntakeBatch.objects.select_for_update(no_key=True).get(pk=self.batch.pk)
        elif self.connection:
            Connection.objects.select_for_update(no_key=True).get(pk=self.connection.pk)

    def new_run(self) -> UndoRun:
        return UndoRun(
            batch=self.batch,
            connection=self.connection,
            since=self.since,
            until=self.until,
        )

    def refuse(self) -> None:
        """Raises NotUndone where it can't be undone, or not any more."""
        if self._started_at < clock.now() - UNDO_WITHIN:
            raise NotUndone(TOO_OLD, "too_old")
        if self.batch and _is_running(self.batch):
            raise NotUndone(STILL_RUNNING, "still_running")
        self._refuse_second()
        if not self.items.exists():
            raise NotUndone(NOTHING_LEFT, "nothing_left")

    @property
    def _started_at(self) -> datetime:
        if self.batch:
            return self.batch.made_at
        if not (self.since and self.until and self.until > self.since):
            raise NotUndone(END_BEFORE_START, "end_before_start")
        return self.since

    def _refuse_second(self) -> None:
        if self.batch:
            earlier = self.batch.undos.first()
        else:
            earlier = UndoRun.objects.filter(
                connection=self.connection, ended_at=None
            ).first()
        if earlier and earlier.ended_at is None:
            raise NotUndone(IS_BEING_UNDONE, "is_being_undone")
        if earlier:
            who = f" by {earlier.made_by}" if earlier.made_by else ""
            raise NotUndone(
                f"This was already undone{who} on {moment(earlier.made_at)}.",
                "already_undone",
            )


def scope_of(run: UndoRun) -> UndoScope:
    return UndoScope(run.batch, run.connection, run.since, run.until)


def _is_running(batch: IntakeBatch) -> bool:
    """A large file in the worker, or a backfill."""
    file = ImportFile.objects.filter(pk=batch.pk).select_related("work").first()
    if file:
        return file.work.is_active
    if batch.connection_id is None:
        return False
    backfills = JobRun.objects.active().filter(
        kind="connections.gohighlevel_backfill",
        arguments__connection=batch.connection_id,
    )
    return backfills.exists()
