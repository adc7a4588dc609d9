"""The credits of a month, as their page lists them: latest payment or consult first."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import F

from commissions.models import CREDITED_KINDS, Credit, Provider
from kpis.choices import Kind
from kpis.models import KpiEvent
from kpis.payments_page.data import kind_in_words
from medspa.clinic_time import clinic_today, clinic_zone, day_range, local_date
from medspa.models import User
from medspa.months import last_day, month_of, next_month, previous_month
from medspa.postgres.keyset import Cursor
from medspa.postgres.keyset_page import read_keyset_page


@dataclass(frozen=True)
class CreditRow:
    """A provider's share of one payment or consult; `day` is the clinic's."""

    credit: Credit
    event: KpiEvent
    day: date

    @property
    def what(self) -> str:
        return kind_in_words(self.event)

    @property
    def thing(self) -> str:
        """What is credited, inside a sentence."""
        is_consult = self.event.kind == Kind.CONSULT_SHOW
        return "consult" if is_consult else self.what.lower()

    @property
    def event_query(self) -> str:
        """Finds the event among all of its kind and day."""
        day = self.day.isoformat()
        return urlencode({"kind": self.event.kind, "from": day, "to": day})

    @property
    def has_left(self) -> bool:
        return self.credit.provider.is_deleted


@dataclass(frozen=True)
class CreditList:
    """One page of a month's credits, of all providers or of one."""

    month: date
    rows: list[CreditRow]
    following: Cursor | None
    looked: int

    @property
    def previous(self) -> date:
        return previous_month(self.month)

    @property
    def next(self) -> date | None:
        following = next_month(self.month)
        return following if following <= month_of(clinic_today()) else None


def read_credit_page(
    month: date, provider: str, person: User, after: Cursor | None
) -> CreditList:
    """By the moments of the events, which count."""
    begins, ends = day_range(month, last_day(month), clinic_zone())
    every = Credit.objects.visible_to(person).filter(
        kpi_event__kind__in=CREDITED_KINDS,
        kpi_event__deleted_at=None,
        kpi_event__occurred_at__gte=begins,
        kpi_event__occurred_at__lt=ends,
    )
    every = every.annotate(at=F("kpi_event__occurred_at"))
    rows = every.filter(provider=provider) if provider else every
    shown = rows.select_related("provider", "kpi_event__lead").only(
        "share_bps",
        "provider__name",
        "provider__deleted_at",
        "kpi_event__kind",
        "kpi_event__value_cents",
        "kpi_event__occurred_at",
        "kpi_event__lead__first_name",
        "kpi_event__lead__deleted_at",
    )
    found = read_keyset_page(shown, "at", after, every=every if provider else None)
    zone = clinic_zone()
    return CreditList(
        month,
        [CreditRow(row, row.kpi_event, local_date(row.at, zone)) for row in found.rows],
        found.following,
        found.looked,
    )


def provider_choices() -> list[tuple[Any, str]]:
    """Those who have left, too: they have credits."""
    people = Provider.all_objects.order_by("name")
    return [
        (person.pk, f"{person} (left)" if person.is_deleted else str(person))
        for person in people.only("name", "deleted_at")
    ]
