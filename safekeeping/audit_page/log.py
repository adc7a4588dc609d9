"""The audit log as the page shows it: filters, one page of lines, their sentences."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse

from medspa.audit.events import sentence_of
from medspa.clinic_time import clinic_zone, day_range
from medspa.extension_points import audit_kinds
from medspa.ids import CUID
from medspa.models import AuditEvent, User
from medspa.postgres.keyset import Cursor
from medspa.postgres.keyset_page import read_keyset_page

FAR_BACK = date(2000, 1, 1)
FAR_AHEAD = date(2100, 1, 1)


@dataclass(frozen=True)
class TrailFilter:
    """Empty means everything; days are the clinic's, both included."""

    person: str = ""
    kind: str = ""
    subject: str = ""
    first: date | None = None
    last: date | None = None

    @property
    def moments(self) -> tuple[datetime, datetime]:
        first, last = self.first or FAR_BACK, self.last or FAR_AHEAD
        return day_range(first, max(first, last), clinic_zone())


@dataclass(frozen=True)
class LogLine:
    """One event in words; `about` names its subject, `link` is its page."""

    event: AuditEvent
    sentence: str
    about: str
    link: str


@dataclass(frozen=True)
class LogPage:
    """One page of the log; `looked` as in `KeysetPage`."""

    lines: list[LogLine]
    following: Cursor | None
    looked: int


def read_filter(given: Mapping[str, str]) -> TrailFilter:
    """What an address asks for; what it can't mean is left out."""
    kind, subject = given.get("kind", ""), given.get("subject", "").strip()
    person = given.get("person", "")
    return TrailFilter(
        person=person if CUID.fullmatch(person) else "",
        kind=kind if kind in audit_kinds else "",
        subject=subject if CUID.fullmatch(subject) else "",
        first=_day(given.get("first", "")),
        last=_day(given.get("last", "")),
    )


def read_log(wanted: TrailFilter, after: Cursor | None) -> LogPage:
    """The newest events that fit.

    Each filter has an index; of two, the second looks among what the first one left.
    """
    begins, ends = wanted.moments
    events = AuditEvent.objects.filter(occurred_at__gte=begins, occurred_at__lt=ends)
    every = None
    for column, value in (
        ("subject_id", wanted.subject),
        ("person", wanted.person),
        ("kind", wanted.kind),
    ):
        if value:
            every = events if every is None else every
            narrowed = events.filter(**{column: value})
            every = narrowed if every is events else every
            events = narrowed
    found = read_keyset_page(events, "occurred_at", after, every=every)
    return LogPage(_lines(found.rows), found.following, found.looked)


def kind_choices() -> list[tuple[str, str]]:
    """Every kind that can be recorded, in words, by the alphabet."""
    titles = [(name, kind.title) for name, kind in audit_kinds.items().items()]
    return sorted(titles, key=lambda choice: choice[1])


def person_choices() -> list[tuple[str, str]]:
    people = User.objects.order_by("first_name", "username")
    return [(person.pk, str(person)) for person in people]


def _lines(events: list[AuditEvent]) -> list[LogLine]:
    about = {one.subject_id for one in events if one.subject_type == "medspa.user"}
    names = {person.pk: str(person) for person in User.objects.filter(pk__in=about)}
    return [
        LogLine(event, sentence_of(event), *_subject(event, names)) for event in events
    ]


def _subject(event: AuditEvent, names: Mapping[str, str]) -> tuple[str, str]:
    match event.subject_type:
        case "leads.lead":
            return "Lead", reverse("lead", args=[event.subject_id])
        case "medspa.user":
            name = names.get(event.subject_id, "a former user")
            return (name if event.subject_id != event.person_id else ""), ""
    return "", ""


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FAR_BACK <= day <= FAR_AHEAD else None
