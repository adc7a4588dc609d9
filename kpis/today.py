"""Consults of today and tomorrow, those first who may not come."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import DateTimeField, Exists, F, OuterRef
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from pydantic import AwareDatetime, TypeAdapter

from kpis.models import KpiEvent
from kpis.no_show import Consult, Past, ahead_in_words, learn, risk
from kpis.vocabulary import Kind
from leads.models import Task
from leads.today import SHOWN, Row, Section, living_opportunity
from leads.vocabulary import NextStep, Procedure, Source
from medspa.clinic_time import clinic_today, clinic_zone, day_range, local_date
from medspa.models import User
from medspa.templatetags.clinic import moment

LEARNT_FROM = 250
JUDGED = 100
DAYS = 2
# A stored moment's text begins with the date of its own zone, at most a day off ours.
ZONES_DIFFER = timedelta(days=1)
MOMENT: TypeAdapter[datetime] = TypeAdapter(AwareDatetime)
MUCH_MORE = 1.25


def _booked() -> Any:
    came = KpiEvent.objects.annotate(
        kept=KeyTextTransform("booking", "metadata_json")
    ).filter(lead=OuterRef("lead"), kind=Kind.CONSULT_SHOW, kept=OuterRef("pk"))
    return (
        KpiEvent.objects.filter(
            kind=Kind.CONSULT_BOOKED, deleted_at=None, lead__deleted_at=None
        )
        .annotate(
            due=KeyTextTransform("scheduled_for", "metadata_json"),
            due_at=Cast(
                KeyTextTransform("scheduled_for", "metadata_json"), DateTimeField()
            ),
            came=Exists(came),
            living=living_opportunity("lead__opportunity"),
            name=F("lead__first_name"),
            source=F("lead__source"),
            procedure=F("living__procedure_code"),
            value=F("living__expected_value_cents"),
        )
        .values(
            "pk",
            "lead_id",
            "occurred_at",
            "due",
            "came",
            "name",
            "source",
            "procedure",
            "value",
        )
    )


def _past(today: date) -> Past:
    rows = _booked().filter(due__lt=str(today - ZONES_DIFFER)).order_by("-due")
    return learn((_consult(row), row["came"]) for row in rows[:LEARNT_FROM])


def _consult(row: dict[str, Any]) -> Consult:
    due = MOMENT.validate_python(row["due"])
    return Consult(row["source"], row["procedure"] or "", due - row["occurred_at"])


def _consults(now: datetime, person: User) -> list[Row]:
    today = clinic_today(now)
    first, end = day_range(today, today + timedelta(days=DAYS - 1), clinic_zone())
    answered = Task.objects.filter(
        lead=OuterRef("lead"),
        what=NextStep.FOLLOW_UP_NO_SHOW,
        created_at__gte=first,
    )
    rows = (
        _booked()
        .filter(
            ~Exists(answered),
            # The index knows the text, the day is decided by the moment.
            due__gte=str(today - ZONES_DIFFER),
            due__lt=str(today + timedelta(days=DAYS) + ZONES_DIFFER),
            due_at__gte=first,
            due_at__lt=end,
            came=False,
        )
        .order_by("due")
    )
    ahead = [(MOMENT.validate_python(row["due"]), row) for row in rows[:JUDGED]]
    past = _past(today) if ahead else Past()
    judged = [(risk(_consult(row), past), due, row) for due, row in ahead]
    # First who should have come by now, then today, then tomorrow; by risk in each.
    judged.sort(key=lambda item: (_turn(item[1], now), -item[0]))
    return [_row(chance, due, row, past, now) for chance, due, row in judged[:SHOWN]]


def _turn(due: datetime, now: datetime) -> tuple[bool, date]:
    return due > now, local_date(due, clinic_zone())


def _row(
    chance: float, due: datetime, row: dict[str, Any], past: Past, now: datetime
) -> Row:
    if due <= now:
        why, tone = f"{moment(due)}: did they come?", "bad"
    else:
        is_high = chance > past.rate * MUCH_MORE
        why, tone = moment(due), "warn" if is_high else ""
    signs = [ahead_in_words(due - row["occurred_at"]), str(Source(row["source"]).label)]
    if row["procedure"]:
        signs.append(str(Procedure(row["procedure"]).label))
    share = f"{chance * 100:.0f} % (clinic {past.rate * 100:.0f} %)"
    note = f"no-show risk {share}: {', '.join(signs)}"
    return Row(row["lead_id"], row["name"], why, tone, "", row["value"], note)


CONSULTS = Section(
    "consults",
    20,
    "Consults today and tomorrow",
    "No consult today or tomorrow.",
    _consults,
)
