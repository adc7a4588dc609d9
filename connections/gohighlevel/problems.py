"""What people should know of a connection with GoHighLevel: sentences for Status."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from connections.gohighlevel.comparing import FEW_MISSING, MISSING_THERE
from connections.models import (
    ChangeState,
    Connection,
    KnownThere,
    OpenBreaker,
    OutgoingChange,
    StreamState,
)
from medspa import clock
from medspa.formats.plurals import counted
from medspa.templatetags.clinic import moment

# A poll that fails so long is more than a short outage there.
OUTAGE = timedelta(minutes=30)
TOKEN_REFUSED = "token_refused"  # noqa: S105


def problems(connection: Connection) -> Iterator[str]:
    """Failing polls, changes that can't be written, fields that change too often."""
    now = clock.now()
    if open_since := breaker_opened_at(connection):
        yield (
            "GoHighLevel: too many requests failed in a row. Only one a minute is sent "
            f"since {moment(open_since)}."
        )
    streams = list(connection.streams.all())
    failures = {one.failure for one in streams if fails(one, now)}
    if TOKEN_REFUSED in {one.failure for one in streams}:
        yield "GoHighLevel rejects the token. Make a new one and enter it."
    elif failures:
        yield "GoHighLevel hasn't been readable for over 30 minutes."
    missing = max((one.drift.get(MISSING_THERE, 0) for one in streams), default=0)
    if missing > FEW_MISSING:
        leads = counted(missing, "lead has", "leads have")
        yield f"GoHighLevel: {leads} no contact there. No lead was deleted; check why."
    if different := connection.differences.count():
        fields = counted(different, "field still differs", "fields still differ")
        yield f"GoHighLevel: {fields} after the nightly comparison."
    if refused := _parked(connection):
        changes = counted(refused, "change", "changes")
        yield f"GoHighLevel: {changes} couldn't be saved there."
    if stopped := KnownThere.objects.filter(
        connection=connection, parked_at__isnull=False
    ).count():
        fields = counted(stopped, "field changes", "fields change")
        yield f"GoHighLevel: {fields} too often there, and no longer here."


def breaker_opened_at(connection: Connection) -> datetime | None:
    """None while the circuit breaker is closed."""
    row = OpenBreaker.objects.filter(connection=connection).first()
    return row.opened_at if row else None


def fails(stream: StreamState, now: datetime) -> bool:
    """Whether it can't be read for longer than a short outage there."""
    since = stream.failing_since
    return since is not None and now - since > OUTAGE


def _parked(connection: Connection) -> int:
    return OutgoingChange.objects.filter(
        connection=connection, state=ChangeState.PARKED
    ).count()
