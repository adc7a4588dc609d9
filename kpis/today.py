"""The consults on the Today page: those to come, and past ones that nobody marked."""

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from operator import attrgetter
from typing import NamedTuple

from django.db.models import DateTimeField, Exists, OuterRef
from django.db.models.functions import Greatest
from django.utils.text import capfirst
from pydantic import AwareDatetime, TypeAdapter

from kpis.events.consult_details import provider_model
from kpis.events.no_show import Consult, Past, ahead_in_words, learn, risk
from kpis.events.recording import NEWS_FOR
from kpis.metrics.sql import query
from kpis.models import KpiEvent
from kpis.models.event import planned_texts
from leads.choices import NextStep, Outcome
from leads.models import LeadStage, Task
from leads.models.lead_lists import source_name
from leads.models.procedure import procedure_name
from leads.today import SHOWN, RowButton, TodayRow, TodaySection
from medspa.clinic_time import (
    ZONES_DIFFER,
    clinic_today,
    clinic_zone,
    day_range,
    local_date,
    start_of_day,
)
from medspa.models import User
from medspa.postgres.written_query import (
    Given,
    WrittenRows,
    is_one_of,
    prepared_cursor,
)
from medspa.templatetags.clinic import moment
from medspa.templatetags.known_addresses import address_of

# Past consults that the risk is learned from; near ones of which the first are shown.
LEARNED_FROM = 250
MOST_NEAR = 300
DAYS_SHOWN = 2
# For so many days a consult that nobody marked is asked about. What other systems say
# of older ones plans no follow-up, so they may be marked there.
UNMARKED_FOR = NEWS_FOR
MOMENT: TypeAdapter[datetime] = TypeAdapter(AwareDatetime)
# A risk so many times the clinic's own stands out.
HIGH_RISK_FACTOR = 1.25


class Booked(NamedTuple):
    """A booked consult, as the query answers it."""

    pk: str
    lead_id: str
    booked_at: datetime
    due_text: str
    has_come: bool
    name: str
    source: str
    procedure: str | None
    value_cents: int | None
    is_past: bool
    provider: str
    is_confirmed: bool

    @property
    def due(self) -> datetime:
        return MOMENT.validate_python(self.due_text)

    @property
    def consult(self) -> Consult:
        return Consult(self.source, self.procedure or "", self.due - self.booked_at)


class Unmarked(NamedTuple):
    """A past consult."""

    pk: str
    lead_id: str
    name: str
    due: datetime
    provider: str | None


def _booked(today: date, without: Collection[str]) -> list[Booked]:
    first, end = day_range(today, today + timedelta(days=DAYS_SHOWN - 1), clinic_zone())
    with prepared_cursor() as cursor:
        cursor.execute(
            query(
                "today",
                "consults",
                providers=provider_model()._meta.db_table,
                near=MOST_NEAR,
                shown=SHOWN,
                learned_from=LEARNED_FROM,
            ),
            {
                "from_text": str(today - ZONES_DIFFER),
                "until_text": str(today + timedelta(days=DAYS_SHOWN) + ZONES_DIFFER),
                "first": first,
                "end": end,
                "first_utc": first.astimezone(UTC).isoformat(),
                "end_utc": end.astimezone(UTC).isoformat(),
                "without": [*without],
            },
        )
        return [Booked._make(row) for row in cursor.fetchall()]


def _consults(now: datetime, person: User, without: Collection[str]) -> list[TodayRow]:
    booked = _booked(clinic_today(now), without)
    past = learn((row.consult, row.has_come) for row in booked if row.is_past)
    coming = [row for row in booked if not row.is_past]
    coming.sort(key=lambda row: row.due)
    may = rights_of(person)
    return [_row(risk(row.consult, past), row, past, now, may) for row in coming]


class Rights(NamedTuple):
    """What somebody may do with the consults."""

    confirm_and_show: bool
    plan: bool


def rights_of(person: User) -> Rights:
    return Rights(
        person.has_perm("kpis.add_kpievent"), person.has_perm("leads.add_task")
    )


def _row(
    chance: float, row: Booked, past: Past, now: datetime, may: Rights
) -> TodayRow:
    if row.due <= now:
        why, tone = f"{moment(row.due)}: did they show?", "bad"
    else:
        is_high = chance > past.rate * HIGH_RISK_FACTOR
        why, tone = moment(row.due), "warn" if is_high else ""
    signs = [ahead_in_words(row.due - row.booked_at), source_name(row.source)]
    if row.procedure:
        signs.append(procedure_name(row.procedure))
    clinic = f"clinic average {past.rate * 100:.0f}%"
    return TodayRow(
        row.lead_id,
        row.name,
        why,
        tone,
        _arranged(row),
        row.value_cents,
        note=f"No-show risk {chance * 100:.0f}% ({clinic})",
        note_reasons=capfirst(", ".join(signs)),
        buttons=tuple(_buttons(row, now, may)),
    )


def _buttons(row: Booked, now: datetime, may: Rights) -> Iterator[RowButton]:
    """What can be said of the consult by one click, as on the lead's page.

    Who comes early is marked before the time; who isn't there is missed only after it.
    """
    is_over = row.due <= now
    if may.confirm_and_show and not (is_over or row.is_confirmed):
        words = "Confirm", f"consult of {row.name}"
        yield _button(row, "lead_confirm_consult", *words, is_contact=True)
    if may.confirm_and_show and local_date(row.due, clinic_zone()) <= clinic_today(now):
        yield _showed(row)
    if may.plan and is_over:
        yield _missed(row)


def _showed(row: Booked | Unmarked) -> RowButton:
    return _button(row, "lead_shown", "Showed", f"at the consult: {row.name}")


def _missed(row: Booked | Unmarked) -> RowButton:
    words = "No-show", f"at the consult: {row.name}"
    return _button(row, "lead_no_show", *words, is_contact=True)


def _button(
    row: Booked | Unmarked,
    act: str,
    words: str,
    about: str,
    *,
    is_contact: bool = False,
) -> RowButton:
    address = f"{address_of(act, row.lead_id)}?back=today"
    return RowButton(words, about, address, "booking", row.pk, is_contact)


def _arranged(row: Booked) -> str:
    provider = f"with {row.provider}" if row.provider else ""
    confirmed = "confirmed" if row.is_confirmed else ""
    return ", ".join(filter(None, (provider, confirmed)))


# Past consults that nobody marked ----------------------------------------------


def _unmarked(now: datetime, person: User, without: Collection[str]) -> list[TodayRow]:
    end = start_of_day(clinic_today(now), clinic_zone())
    first = end - UNMARKED_FOR
    from_text, to_text = planned_texts(first, end)
    found = _unmarked_consults().read(
        first=first, end=end, from_text=from_text, to_text=to_text, without=[*without]
    )
    consults = [Unmarked(*row.values()) for row in found]
    consults.sort(key=attrgetter("due"), reverse=True)
    may = rights_of(person)
    return [_unmarked_row(consult, may) for consult in consults]


@cache
def _unmarked_consults() -> WrittenRows:
    """Leads' last consults that were due, the newest first.

    Without those of leads that are lost, that came, that want no contact, or that were
    marked as no-show (`follow_ups.is_no_show`).
    """
    of_lead = {"lead": OuterRef("lead_id")}
    later = KpiEvent.objects.standing_bookings().filter(
        **of_lead, occurred_at__gt=OuterRef("occurred_at")
    )
    lost = LeadStage.objects.filter(
        **of_lead, left_at=None, stage__outcome=Outcome.LOST
    )
    followed_up = Task.objects.filter(
        **of_lead,
        what=NextStep.FOLLOW_UP_NO_SHOW,
        created_at__gte=Greatest(OuterRef("planned_at"), OuterRef("occurred_at")),
    )
    due = (
        KpiEvent.objects.counting()
        .standing_bookings()
        .planned_within(
            Given("first", DateTimeField()),
            Given("end", DateTimeField()),
            Given("from_text"),
            Given("to_text"),
        )
    )
    unmarked = due.with_is_held().filter(
        ~Exists(followed_up),
        ~Exists(lost),
        ~Exists(later.order_by()),
        is_held=False,
        lead__erased_at=None,
        lead__do_not_contact_at=None,
    )
    others = unmarked.exclude(is_one_of("lead_id", Given("without")))
    rows = others.values_list(
        "id",
        "lead_id",
        "lead__first_name",
        "planned_at",
        "consult_details__provider__name",
    )
    # In the order of the index: the others are not looked into. A plan for any values
    # looks into all of them, 0.8 s at a million leads.
    return WrittenRows(rows.order_by("-planned_text")[:SHOWN], is_prepared=False)


def _unmarked_row(row: Unmarked, may: Rights) -> TodayRow:
    buttons = [
        *([_showed(row)] if may.confirm_and_show else ()),
        *([_missed(row)] if may.plan else ()),
    ]
    return TodayRow(
        row.lead_id,
        row.name,
        f"{moment(row.due)}: did they show?",
        "bad",
        f"with {row.provider}" if row.provider else "",
        buttons=tuple(buttons),
    )


CONSULT_SECTION = TodaySection(
    "consults",
    20,
    "Consults today and tomorrow",
    "No open consults today or tomorrow.",
    _consults,
)
UNMARKED_SECTION = TodaySection(
    "unmarked",
    25,
    "Consults to mark",
    "No past consults to mark.",
    _unmarked,
    hint=f"Last {UNMARKED_FOR.days} days, newest first",
)
