"""The Today page's section of consults: those most likely to be missed come first."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from django.db import connection
from pydantic import AwareDatetime, TypeAdapter

from kpis.events.no_show import Consult, Past, ahead_in_words, learn, risk
from leads.choices import Procedure, Source
from leads.today import SHOWN, Row, Section
from medspa.clinic_time import clinic_today, clinic_zone, day_range, local_date
from medspa.models import User
from medspa.templatetags.clinic import moment

# Past consults that the risk is learned from; coming ones whose risk is worked out.
LEARNED_FROM = 250
MOST_JUDGED = 300
DAYS_SHOWN = 2
# A stored moment begins with the date in its own zone, at most a day from the clinic's.
ZONES_DIFFER = timedelta(days=1)
MOMENT: TypeAdapter[datetime] = TypeAdapter(AwareDatetime)
# A risk so many times the clinic's own stands out.
HIGH_RISK_FACTOR = 1.25


# The index knows the texts of the moments; the day is decided by the moment itself.
# Who came is looked up for the rows of the page, not for all bookings.
CONSULTS_OF = """
SELECT booking.pk, booking.lead_id, booking.occurred_at, booking.due,
    came.has_come IS NOT NULL, lead.first_name, lead.source,
    opportunity.procedure_code, opportunity.expected_value_cents, booking.is_past
FROM (
    (
        SELECT id AS pk, lead_id, occurred_at, false AS is_past,
            metadata_json ->> 'scheduled_for' AS due
        FROM kpis_kpievent
        WHERE kind = 'consult_booked' AND deleted_at IS NULL
            AND metadata_json ->> 'scheduled_for' >= %(from_text)s
            AND metadata_json ->> 'scheduled_for' < %(until_text)s
            AND (metadata_json ->> 'scheduled_for')::timestamptz >= %(first)s
            AND (metadata_json ->> 'scheduled_for')::timestamptz < %(end)s
        ORDER BY metadata_json ->> 'scheduled_for' LIMIT %(judged)s
    ) UNION ALL (
        SELECT id, lead_id, occurred_at, true, metadata_json ->> 'scheduled_for'
        FROM kpis_kpievent
        WHERE kind = 'consult_booked' AND deleted_at IS NULL
            AND metadata_json ->> 'scheduled_for' < %(from_text)s
        ORDER BY metadata_json ->> 'scheduled_for' DESC LIMIT %(learnt_from)s
    )
) booking
JOIN leads_lead lead ON lead.id = booking.lead_id AND lead.deleted_at IS NULL
LEFT JOIN leads_opportunity opportunity
    ON opportunity.lead_id = lead.id AND opportunity.deleted_at IS NULL
LEFT JOIN LATERAL (
    SELECT true AS has_come FROM kpis_kpievent show
    WHERE show.lead_id = booking.lead_id AND show.kind = 'consult_show'
        AND show.deleted_at IS NULL AND show.metadata_json ->> 'booking' = booking.pk
    LIMIT 1
) came ON true
LEFT JOIN LATERAL (
    SELECT true AS is_answered FROM leads_task task
    WHERE NOT booking.is_past AND task.lead_id = booking.lead_id
        AND task.what = 'follow_up_no_show' AND task.deleted_at IS NULL
        AND task.created_at >= %(first)s
    LIMIT 1
) answered ON true
WHERE booking.is_past OR came.has_come IS NULL AND answered.is_answered IS NULL
"""


@dataclass(frozen=True)
class Booked:
    """A consult as the question brings it."""

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

    @cached_property
    def due(self) -> datetime:
        return MOMENT.validate_python(self.due_text)

    @property
    def consult(self) -> Consult:
        return Consult(self.source, self.procedure or "", self.due - self.booked_at)


def _booked(today: date) -> list[Booked]:
    first, end = day_range(today, today + timedelta(days=DAYS_SHOWN - 1), clinic_zone())
    with connection.cursor() as cursor:
        cursor.execute(
            CONSULTS_OF,
            {
                "from_text": str(today - ZONES_DIFFER),
                "until_text": str(today + timedelta(days=DAYS_SHOWN) + ZONES_DIFFER),
                "first": first,
                "end": end,
                "judged": MOST_JUDGED,
                "learnt_from": LEARNED_FROM,
            },
        )
        return [Booked(*row) for row in cursor.fetchall()]


def _consults(now: datetime, person: User, without: Collection[str]) -> list[Row]:
    booked = _booked(clinic_today(now))
    past = learn((row.consult, row.has_come) for row in booked if row.is_past)
    judged = [
        (risk(row.consult, past), row)
        for row in booked
        if not row.is_past and row.lead_id not in without
    ]
    # First consults whose time has passed, then those to come; by day, then by risk.
    judged.sort(key=lambda item: (_day_order(item[1].due, now), -item[0], item[1].due))
    return [_row(chance, row, past, now) for chance, row in judged[:SHOWN]]


def _day_order(due: datetime, now: datetime) -> tuple[bool, date]:
    return due > now, local_date(due, clinic_zone())


def _row(chance: float, row: Booked, past: Past, now: datetime) -> Row:
    if row.due <= now:
        why, tone = f"{moment(row.due)}: did they come?", "bad"
    else:
        is_high = chance > past.rate * HIGH_RISK_FACTOR
        why, tone = moment(row.due), "warn" if is_high else ""
    signs = [ahead_in_words(row.due - row.booked_at), str(Source(row.source).label)]
    if row.procedure:
        signs.append(str(Procedure(row.procedure).label))
    share = f"{chance * 100:.0f} % (clinic {past.rate * 100:.0f} %)"
    note = f"no-show risk {share}: {', '.join(signs)}"
    return Row(row.lead_id, row.name, why, tone, "", row.value_cents, note)


CONSULT_SECTION = Section(
    "consults",
    20,
    "Consults today and tomorrow",
    "No consult today or tomorrow.",
    _consults,
)
