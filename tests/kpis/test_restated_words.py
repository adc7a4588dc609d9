"""What a restated month says, and from which evening it is compared."""

from datetime import UTC, date, datetime

import pytest

from kpis.metrics.definitions import Unit
from kpis.models import MonthSnapshot
from kpis.models.snapshot import MEASURES
from kpis.period import Period, whole_month
from kpis.restatements.causes import Cause
from kpis.restatements.data import Reason, RestatedNumber, signed
from kpis.restatements.reading import baseline
from kpis.restatements.snapshots import KEPT_MONTHS, _last_months
from tests.kpis.edges import MARCH

SENTENCES = {
    Cause.REFUND: ("refund recorded late", "refunds recorded late"),
    Cause.PAYMENT: ("payment recorded late", "payments recorded late"),
    Cause.EVENT: ("event recorded late", "events recorded late"),
    Cause.VOIDED: ("event voided", "events voided"),
    Cause.BACK: ("voided event restored", "voided events restored"),
    Cause.ADDED: ("lead added late", "leads added late"),
    Cause.DELETED: ("lead deleted", "leads deleted"),
    Cause.RESTORED: ("lead restored", "leads restored"),
    Cause.MERGED: ("lead merged", "leads merged"),
    Cause.UNMERGED: ("merge undone", "merges undone"),
    Cause.REMOVED: ("record removed", "records removed"),
    Cause.CAMPAIGN: ("lead of another campaign", "leads of another campaign"),
    Cause.MOVED: ("date changed", "dates changed"),
    Cause.SPEND: ("spend entered or changed", "spends entered or changed"),
    Cause.OTHER: ("other change", "other changes"),
}


def test_each_cause_has_its_words_for_one_and_for_many() -> None:
    assert list(SENTENCES) == list(Cause)
    for cause, (one, many) in SENTENCES.items():
        assert Reason(cause, 1, 5, Unit.COUNT).words == f"1 {one}"
        assert Reason(cause, 1200, 5, Unit.COUNT).words == f"1,200 {many}"


@pytest.mark.parametrize(
    ("amount", "unit", "words"),
    [
        (-20_000, Unit.CENTS, "−$200"),
        (20_050, Unit.CENTS, "+$200.50"),
        (3, Unit.COUNT, "+3"),
        (-3, Unit.COUNT, "−3"),
        (0, Unit.COUNT, "0"),
    ],
)
def test_a_difference_has_a_sign(amount: int, unit: Unit, words: str) -> None:
    assert signed(amount, unit) == words
    assert Reason(Cause.OTHER, 1, amount, unit).signed == words


def test_a_restated_number_says_what_it_was_and_is() -> None:
    one = RestatedNumber("net_revenue_cents", 30_000, 25_000)
    assert (one.label, one.then_text, one.now_text, one.signed) == (
        "Net revenue",
        "$300",
        "$250",
        "−$50",
    )
    with_campaign = RestatedNumber("leads_with_campaign", 2, 4)
    assert (with_campaign.label, with_campaign.signed) == (
        "Leads with a campaign",
        "+2",
    )
    attributed = RestatedNumber("attributed_net_revenue_cents", 100, 0)
    assert attributed.signed == "−$1"


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        ("2028-02-29", "2028-02-01", "2028-02-29"),
        ("2100-02-28", "2100-02-01", "2100-02-28"),
        ("2026-12-31", "2026-12-01", "2026-12-31"),
        ("2026-01-01", "2026-01-01", "2026-01-31"),
        ("2026-04-30", "2026-04-01", "2026-04-30"),
    ],
)
def test_the_month_of_a_day(day: str, first: str, last: str) -> None:
    found = whole_month(date.fromisoformat(day))
    assert (str(found.first), str(found.last)) == (first, last)


def test_fourteen_months_are_kept_the_running_one_first() -> None:
    months = [period.first for period in _last_months(date(2028, 3, 31))]
    assert len(months) == KEPT_MONTHS == 14
    assert (months[0], months[1], months[-1]) == (
        date(2028, 3, 1),
        date(2028, 2, 1),
        date(2027, 2, 1),
    )


def keep(taken_on: date, zone: str = "America/New_York", leads: int = 0) -> None:
    figures = dict.fromkeys(MEASURES, 0) | {"leads": leads}
    MonthSnapshot.objects.create(
        month=MARCH.first,
        taken_on=taken_on,
        taken_at=datetime(2026, 5, 1, tzinfo=UTC),
        zone=zone,
        **figures,
    )


@pytest.mark.django_db
def test_the_first_evening_after_the_month_in_this_zone_is_compared() -> None:
    zone = "America/New_York"
    keep(date(2026, 3, 31), leads=1)
    assert baseline(MARCH, zone) is None
    keep(date(2026, 4, 3), leads=4)
    keep(date(2026, 4, 2), leads=3)
    keep(date(2026, 4, 1), "Asia/Kolkata", leads=2)
    kept = baseline(MARCH, zone)
    assert kept and kept.leads == 3
    other = baseline(MARCH, "Asia/Kolkata")
    assert other and other.leads == 2
    assert baseline(Period(MARCH.first, date(2026, 3, 30)), zone) is None
    assert baseline(Period(date(2026, 3, 2), MARCH.last), zone) is None
    assert baseline(Period(MARCH.first, date(2026, 4, 30)), zone) is None
