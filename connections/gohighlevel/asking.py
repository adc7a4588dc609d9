"""What a person who sets up a connection asks GoHighLevel: does the token work, and
which pipelines, calendars and tags are there. Nothing of the answers is stored."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from connections.door_parts.mappings import ListedThere, There
from connections.gohighlevel.access import client_of
from connections.gohighlevel.api import listing
from connections.gohighlevel.api.client import Client
from connections.gohighlevel.api.errors import (
    GoHighLevelError,
    NotThere,
    TokenRefused,
)
from connections.models import Connection
from connections.refusals import Parked
from medspa import clock
from medspa.formats.plurals import counted

STAGES, CALENDARS, TAGS = "stages", "calendars", "tags"
NO_TOKEN = "Enter a token first."  # noqa: S105
TOKEN_IS_WRONG = (
    "GoHighLevel refuses the token: it was revoked, mistyped, or belongs to another"  # noqa: S105
    " location. In GoHighLevel open Settings, Private Integrations, rotate or create a"
    " token, check the location ID, and enter both here."
)
NO_LOCATION = "GoHighLevel knows no such location. Check the location ID."
Rows = Sequence[There]


@dataclass(frozen=True)
class AccessCheck:
    """One part of the token's rights. `sentence` says what to do where it fails."""

    title: str
    scope: str
    is_ok: bool
    sentence: str


@dataclass(frozen=True)
class AccessTest:
    location: str = ""
    checks: Sequence[AccessCheck] = ()
    there: Mapping[str, Rows] = field(default_factory=dict)
    # What is wrong as a whole; empty while something works.
    problem: str = ""

    @property
    def is_ok(self) -> bool:
        return not self.problem and all(check.is_ok for check in self.checks)


@dataclass
class _Asking:
    client: Client
    location: str = ""
    there: dict[str, Rows] = field(default_factory=dict)

    def name(self) -> str:
        answer = self.client.get(f"/locations/{self.client.location}")
        row = answer.get("location")
        name = row.get("name") if isinstance(row, dict) else ""
        self.location = name if isinstance(name, str) else ""
        return self.location or "It has no name."

    def contacts(self) -> str:
        return counted(listing.count_contacts(self.client), "contact", "contacts")

    def list(self, table: str) -> str:
        rows = self.there[table] = LISTS[table](self.client)
        return ", ".join(sorted({row.group or row.name for row in rows})) or "None yet"

    def appointments(self) -> str:
        """Of one calendar for a day: only whether it may be read."""
        if CALENDARS not in self.there:
            raise TokenRefused("Calendars can't be read.")
        calendar = next((row.key for row in self.there[CALENDARS]), "")
        now = clock.now()
        if calendar:
            listing.appointments(self.client, calendar, now, now + timedelta(days=1))
        return "Can be read" if calendar else "No calendar to read"

    def payments(self) -> str:
        next(listing.transactions(self.client, clock.now(), clock.now()), None)
        return "Can be read"


def _checks(asking: _Asking) -> list[tuple[str, str, Callable[[], str]]]:
    """What is tested, by which scope of a private integration, and how."""
    return [
        ("Location", "locations.readonly", asking.name),
        ("Contacts", "contacts.readonly", asking.contacts),
        ("Pipelines", "opportunities.readonly", partial(asking.list, STAGES)),
        ("Calendars", "calendars.readonly", partial(asking.list, CALENDARS)),
        ("Appointments", "calendars/events.readonly", asking.appointments),
        ("Tags", "locations/tags.readonly", partial(asking.list, TAGS)),
        ("Payments", "payments/transactions.readonly", asking.payments),
    ]


def run_access_test(connection: Connection, client: Client | None = None) -> AccessTest:
    """Ask for one of each kind of object; reads only."""
    try:
        asking = _Asking(client or client_of(connection, most_attempts=1))
    except Parked:
        return AccessTest(problem=NO_TOKEN)
    checks: list[AccessCheck] = []
    errors: list[GoHighLevelError] = []
    for title, scope, ask in _checks(asking):
        try:
            checks.append(AccessCheck(title, scope, True, ask()))
        except (TokenRefused, NotThere) as error:
            errors.append(error)
            checks.append(AccessCheck(title, scope, False, _what_to_do(scope)))
        except GoHighLevelError as error:
            return AccessTest(asking.location, checks, asking.there, error.sentence)
    problem = ""
    if len(errors) == len(checks):
        is_wrong = any(isinstance(error, TokenRefused) for error in errors)
        problem = TOKEN_IS_WRONG if is_wrong else NO_LOCATION
    return AccessTest(asking.location, checks, asking.there, problem)


def _what_to_do(scope: str) -> str:
    return (
        f"Not allowed. In GoHighLevel open Settings, Private Integrations, your"
        f" integration, Edit scopes, and tick {scope}."
    )


def list_there(connection: Connection, client: Client | None = None) -> ListedThere:
    """The stages, calendars and tags that are there now, for the mappings."""
    try:
        client = client or client_of(connection, most_attempts=1)
    except Parked:
        return ListedThere(problem=NO_TOKEN)
    rows: dict[str, Rows] = {}
    problem = ""
    for table, ask in LISTS.items():
        try:
            rows[table] = ask(client)
        except TokenRefused:
            problem = "GoHighLevel doesn't let all of this be read: test the token."
        except GoHighLevelError as error:
            return ListedThere(rows, error.sentence)
    return ListedThere(rows, problem)


def _stages(client: Client) -> Rows:
    answer = client.get("/opportunities/pipelines", locationId=client.location)
    return [
        There(stage["id"], _text(stage), _text(pipeline))
        for pipeline in listing.rows_of(answer, "pipelines")
        for stage in listing.rows_of(pipeline, "stages")
        if isinstance(stage.get("id"), str)
    ]


def _calendars(client: Client) -> Rows:
    answer = client.get("/calendars/", locationId=client.location)
    return [
        There(row["id"], _text(row))
        for row in listing.rows_of(answer, "calendars")
        if isinstance(row.get("id"), str)
    ]


def _tags(client: Client) -> Rows:
    answer = client.get(f"/locations/{client.location}/tags")
    names = (_text(row) for row in listing.rows_of(answer, "tags"))
    return [There(name, name) for name in sorted(filter(None, names))]


def _text(row: Mapping[str, object]) -> str:
    name = row.get("name")
    return name.strip() if isinstance(name, str) else ""


LISTS: dict[str, Callable[[Client], Rows]] = {
    STAGES: _stages,
    CALENDARS: _calendars,
    TAGS: _tags,
}
