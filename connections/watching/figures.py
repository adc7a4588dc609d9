"""What is known of each connection: the page, the command and the health lines."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db.models import Count, Max, Min, Q, Sum

from connections.door import HIDDEN_NAME, Door
from connections.door_parts.foreign_ids import GOHIGHLEVEL
from connections.gohighlevel.problems import fails
from connections.models import (
    APPLIED,
    Connection,
    DeliveryCount,
    DeliveryState,
    ItemOutcome,
    OpenBreaker,
    Outcome,
    ReceivedDelivery,
    StreamState,
    UnmatchedEvent,
    WaitState,
)
from connections.registry import DOORS
from connections.setting_up import secret_label
from connections.watching.naming import account_names
from connections.watching.rejected import read_rejected
from connections.watching.silence import is_silent, usual_gap
from kpis.events.opening_hours import open_ranges
from medspa import clock
from medspa.clinic_time import clinic_today, clinic_zone, local_date
from medspa.health.application_lines import duration_words
from medspa.reading.short_names import says_nothing_about_somebody

SUMS_OF = timedelta(days=30)
GAPS_OF = timedelta(days=14)
MOST_DELIVERIES = 500
MOST_NAMES = 12
REFUSED_DAYS = 7
FAILING_AFTER = 10
PARKED_TOO_LONG = timedelta(days=1)
SECRET_LASTS = timedelta(days=90)
# Counted without being stored, and no sign of trouble.
HARMLESS = ("ignored", "repeated", "off")
NOT_STORED_WORDS = {
    "ignored": "about something that isn't used",
    "repeated": "sent again",
    "off": "while turned off",
    "not_signed": "without a signature",
    "bad_signature": "with a wrong signature",
    "too_old": "sent too long ago",
    "unreadable": "unreadable",
    "too_deep": "unreadable",
    "too_large": "too large",
    "failed": "that couldn't be read because of a fault here",
}


class State(StrEnum):
    NOT_SET_UP = "Not set up"
    WITHOUT_SECRET = "No secret yet"  # noqa: S105
    SECRET_MISSING = "A secret is missing"  # noqa: S105
    OFF = "Off"
    WAITING = "Waiting for the first delivery"
    TO_BE_READ = "Waiting to be read for the first time"
    WORKING = "Working"
    SILENT = "Silent"
    FAILING = "Rejecting deliveries"
    UNREACHABLE = "Can't be reached"
    PARKED = "Needs a decision"


@dataclass(frozen=True)
class Sums:
    """Items of the last 30 days: `received` is the sum of all others."""

    applied: int = 0
    unchanged: int = 0
    echo: int = 0
    duplicate: int = 0
    parked: int = 0
    refused: int = 0

    @property
    def received(self) -> int:
        return (
            self.applied
            + self.unchanged
            + self.echo
            + self.duplicate
            + self.parked
            + self.refused
        )


@dataclass(frozen=True)
class ConnectionState:
    row: Connection
    door: Door
    # What people call its account.
    account: str = ""
    last_at: datetime | None = None
    usual_gap: timedelta | None = None
    is_silent: bool = False
    waiting: int = 0
    lag: timedelta = timedelta()
    parked: int = 0
    unmatched: int = 0
    oldest_parked_at: datetime | None = None
    sums: Sums = field(default_factory=Sums)
    # Why items were rejected, in words, and how many.
    rejected: Sequence[tuple[str, int]] = ()
    # What is read there by itself, stream by stream, for doors that are polled.
    streams: Sequence[StreamState] = ()
    open_breaker: OpenBreaker | None = None
    # Deliveries of the last week that were not stored, by code.
    counts: dict[str, int] = field(default_factory=dict)
    # The last day with one that was refused.
    refused_on: date | None = None
    # Names of fields that its newest deliveries had and that were left out.
    left_out: Sequence[str] = ()

    @property
    def usual_in_words(self) -> str:
        return duration_words(self.usual_gap) if self.usual_gap else ""

    @property
    def lag_in_words(self) -> str:
        return duration_words(self.lag)

    @property
    def secrets(self) -> list[tuple[str, str]]:
        """What is asked for: the name of each secret, and what people call it."""
        return [(name, secret_label(self.door, name)) for name in self.door.secrets]

    @property
    def has_any_secret(self) -> bool:
        return any(self.row.secret_values.values())

    @property
    def missing_secrets(self) -> list[str]:
        """What people call those it can't do without and that aren't set."""
        known, optional = self.row.secret_values, self.door.optional_secrets
        return [
            label
            for name, label in self.secrets
            if name not in optional and not known.get(name)
        ]

    @property
    def is_polled(self) -> bool:
        """Whether it is read by itself, also without any delivery."""
        return bool(
            self.door.name == GOHIGHLEVEL and self.row.secret_values.get("token")
        )

    @property
    def last_read_at(self) -> datetime | None:
        moments = [one.polled_at for one in self.streams if one.polled_at]
        return max(moments, default=None)

    @property
    def is_unread(self) -> bool:
        """Whether something there was never read, or not for more than an outage."""
        now = clock.now()
        return any(
            fails(one, now) or (one.failing_since and not one.polled_at)
            for one in self.streams
        )

    @property
    def secret_is_old(self) -> bool:
        at = self.row.secrets_set_at
        return at is not None and clock.now() - at > SECRET_LASTS

    @property
    def problems(self) -> list[str]:
        """What the door itself knows to be wrong, in sentences."""
        known = self.door.problems
        return list(known(self.row)) if self.row.is_on and known else []

    @property
    def is_compared(self) -> bool:
        """Whether all of it is compared with all of ours, every night."""
        return self.door.name == GOHIGHLEVEL

    @property
    def refused_deliveries(self) -> int:
        return sum(n for code, n in self.counts.items() if code not in HARMLESS)

    @property
    def not_stored(self) -> list[tuple[str, int]]:
        """The same in words, the most frequent first."""
        told: Counter[str] = Counter()
        for code, number in self.counts.items():
            told[NOT_STORED_WORDS[code]] += number
        return told.most_common()

    @property
    def is_failing(self) -> bool:
        """Refuses deliveries, and still did today or yesterday."""
        return (
            self.refused_deliveries >= FAILING_AFTER
            and self.refused_on is not None
            and self.refused_on >= clinic_today() - timedelta(days=1)
        )

    @property
    def is_parked_too_long(self) -> bool:
        at = self.oldest_parked_at
        return at is not None and clock.now() - at > PARKED_TOO_LONG

    @property
    def state(self) -> State:
        if not self.row.is_on:
            return State.OFF
        if not self.has_any_secret:
            return State.WITHOUT_SECRET
        if self.missing_secrets:
            return State.SECRET_MISSING
        if self.is_failing:
            return State.FAILING
        if self.open_breaker or self.is_unread:
            return State.UNREACHABLE
        if self.is_silent:
            return State.SILENT
        if self.parked or self.unmatched:
            return State.PARKED
        if self.last_at or self.last_read_at:
            return State.WORKING
        return State.TO_BE_READ if self.is_polled else State.WAITING

    @property
    def is_well(self) -> bool:
        return self.state in (
            State.WORKING,
            State.WAITING,
            State.TO_BE_READ,
            State.OFF,
            State.WITHOUT_SECRET,
        )


@dataclass(frozen=True)
class DoorState:
    """One kind of system, with its connections: none is one that is not set up."""

    door: Door
    connections: Sequence[ConnectionState] = ()

    @property
    def secrets(self) -> list[tuple[str, str]]:
        """What a new connection asks for: as `ConnectionState.secrets`."""
        return [(name, secret_label(self.door, name)) for name in self.door.secrets]

    @property
    def is_well(self) -> bool:
        return all(one.is_well for one in self.connections)

    @property
    def state(self) -> str:
        if not self.connections:
            return State.NOT_SET_UP
        worst = [one for one in self.connections if not one.is_well]
        return (worst or list(self.connections))[0].state


def read_doors() -> list[DoorState]:
    """Every door of the registry, in the order of their titles."""
    rows = [row for row in Connection.objects.all() if row.door in DOORS]
    states = _read(rows)
    return [
        DoorState(door, [states[row.pk] for row in rows if row.door == door.name])
        for door in sorted(DOORS.values(), key=lambda door: door.title)
    ]


def _read(rows: Sequence[Connection]) -> dict[str, ConnectionState]:
    now = clock.now()
    deliveries = _deliveries()
    unmatched = _unmatched()
    sums, counts, refused = _sums(now), _counts(), _refused_on()
    streams, breakers = _streams(), _breakers()
    rejected = read_rejected(now - SUMS_OF)
    accounts = account_names(rows)
    found = {}
    for row in rows:
        told = deliveries.get(row.pk, {})
        waits = unmatched.get(row.pk, {})
        newest = _newest(row, now)
        usual = usual_gap([at for at, _ in reversed(newest)], open_time)
        last_at = told.get("last_at")
        oldest = [one for one in (told.get("parked_at"), waits.get("at")) if one]
        waiting_since = told.get("waiting_at")
        found[row.pk] = ConnectionState(
            row,
            DOORS[row.door],
            accounts[row.pk],
            last_at=last_at,
            usual_gap=usual,
            is_silent=row.is_on and is_silent(last_at, usual, now, open_time),
            waiting=told.get("waiting", 0),
            lag=max(now - waiting_since, timedelta()) if waiting_since else timedelta(),
            parked=told.get("parked", 0),
            unmatched=waits.get("rows", 0),
            oldest_parked_at=min(oldest, default=None),
            sums=sums.get(row.pk, Sums()),
            rejected=rejected.get(row.pk, ()),
            streams=streams.get(row.pk, []),
            open_breaker=breakers.get(row.pk),
            counts=counts.get(row.pk, {}),
            refused_on=refused.get(row.pk),
            left_out=_left_out(dropped for _, dropped in newest),
        )
    return found


def _streams() -> dict[str, list[StreamState]]:
    found: dict[str, list[StreamState]] = {}
    for row in StreamState.objects.order_by("stream"):
        found.setdefault(row.connection_id, []).append(row)
    return found


def _breakers() -> dict[str, OpenBreaker]:
    return {row.connection_id: row for row in OpenBreaker.objects.all()}


def _deliveries() -> dict[str, dict]:
    waiting = Q(state=DeliveryState.WAITING)
    parked = Q(state=DeliveryState.PARKED)
    rows = ReceivedDelivery.objects.order_by().values("connection_id")
    told = rows.annotate(
        last_at=Max("received_at"),
        waiting=Count("pk", filter=waiting),
        waiting_at=Min("received_at", filter=waiting),
        parked=Count("pk", filter=parked),
        parked_at=Min("received_at", filter=parked),
    )
    return {row["connection_id"]: row for row in told}


def _unmatched() -> dict[str, dict]:
    rows = UnmatchedEvent.objects.filter(state=WaitState.WAITING).order_by()
    told = rows.values("connection_id").annotate(rows=Count("pk"), at=Min("made_at"))
    return {row["connection_id"]: row for row in told}


def _sums(now: datetime) -> dict[str, Sums]:
    rows = ItemOutcome.objects.filter(made_at__gte=now - SUMS_OF).order_by()
    told = rows.values_list("connection_id", "outcome").annotate(rows=Count("pk"))
    found: dict[str, Counter[str]] = {}
    for connection_id, outcome, number in told:
        found.setdefault(connection_id, Counter())[outcome] += number
    return {
        pk: Sums(
            sum(by[outcome] for outcome in APPLIED),
            by[Outcome.UNCHANGED],
            by[Outcome.ECHO],
            by[Outcome.DUPLICATE],
            by[Outcome.PARKED],
            by[Outcome.REFUSED],
        )
        for pk, by in found.items()
    }


def _counts() -> dict[str, dict[str, int]]:
    since = clinic_today() - timedelta(days=REFUSED_DAYS)
    rows = DeliveryCount.objects.filter(day__gt=since).order_by()
    told = rows.values_list("connection_id", "code").annotate(n=Sum("deliveries"))
    found: dict[str, dict[str, int]] = {}
    for connection_id, code, number in told:
        found.setdefault(connection_id, {})[code] = number
    return found


def _refused_on() -> dict[str, date]:
    rows = DeliveryCount.objects.exclude(code__in=HARMLESS).order_by()
    told = rows.values_list("connection_id").annotate(day=Max("day"))
    return {pk: day for pk, day in told if pk}


def _newest(row: Connection, now: datetime) -> list[tuple[datetime, list[str]]]:
    """When the newest deliveries arrived, and the names of what was left out."""
    newest = ReceivedDelivery.objects.filter(
        connection=row, received_at__gte=now - GAPS_OF
    ).order_by("-received_at")
    return list(newest.values_list("received_at", "dropped")[:MOST_DELIVERIES])


def _left_out(dropped: Iterable[Sequence[str]]) -> list[str]:
    """The most frequent names; those that may not be shown are told as "others"."""
    counts = Counter(name for names in dropped for name in names)
    names = [name for name, _ in counts.most_common() if _may_be_shown(name)]
    shown = names[:MOST_NAMES]
    return [*shown, "others"] if len(counts) > len(shown) else shown


def _may_be_shown(name: str) -> bool:
    """Also of deliveries that an earlier version stored."""
    is_hidden = not name or name.endswith(HIDDEN_NAME)
    return not is_hidden and says_nothing_about_somebody(name)


def open_time(first: datetime, second: datetime) -> timedelta:
    """How long the clinic was open between two moments."""
    total, day = timedelta(), local_date(first, clinic_zone())
    last = local_date(second, clinic_zone())
    while day <= last:
        for opens, closes in open_ranges(day):
            total += max(min(closes, second) - max(opens, first), timedelta())
        day += timedelta(days=1)
    return total
