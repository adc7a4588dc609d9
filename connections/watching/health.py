"""Lines of the Status page, from which alerts are made."""

from collections.abc import Iterable, Sequence

from django.urls import reverse

from connections.watching.figures import ConnectionState, State, read_doors
from medspa.formats.plurals import counted
from medspa.health.lines import HealthGroup, HealthLine, Severity

CONNECTIONS_LINE = "Connections"


def connections_line() -> HealthLine:
    """One line for all; what is said there of each is what Connections says."""
    states = [one for door in read_doors() for one in door.connections]
    problems = [text for one in states if (text := problem_of(one))]
    page = reverse("connections")
    if not problems:
        words = _words(states)
        return HealthLine(CONNECTIONS_LINE, words, group=HealthGroup.NETWORK, page=page)
    return HealthLine(
        CONNECTIONS_LINE,
        " ".join(problems),
        Severity.WARNING,
        "See on the Connections page what needs attention.",
        HealthGroup.NETWORK,
        page=page,
    )


def _words(states: Sequence[ConnectionState]) -> str:
    if not states:
        return "No connections."
    count = counted(len(states), "connection", "connections")
    others = [_state_of(one) for one in states if one.state != State.WORKING]
    return " ".join([f"{count}.", *others]) if others else f"{count}, all working."


def _state_of(one: ConnectionState) -> str:
    return f"{one.door.title}: {one.state[0].lower()}{one.state[1:]}."


def problem_of(one: ConnectionState) -> str:
    """A sentence; empty while nobody has to do anything."""
    return " ".join(_problems(one))


def _problems(one: ConnectionState) -> Iterable[str]:
    name = one.door.title
    if one.state == State.SECRET_MISSING:
        yield _state_of(one)
    if one.row.is_on and one.is_silent:
        yield f"{name} has sent nothing for three times as long as usual."
    if one.state == State.FAILING:
        refused = counted(one.refused_deliveries, "delivery was", "deliveries were")
        yield f"{name}: {refused} rejected in the last 7 days."
    if one.is_parked_too_long:
        waiting = one.parked + one.unmatched
        items = counted(waiting, "item has", "items have")
        yield f"{name}: {items} waited for over a day."
    if one.secret_is_old and one.row.is_on:
        yield f"{name}: the secret is older than 90 days."
    yield from one.problems
