"""Retention and erasure change no figure: not of KPIs, the board or statements."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings

from commissions.models import Statement, StatementLine
from commissions.statements.corrections import find_corrections
from commissions.statements.loading import load
from kpis.page.report import full_report
from kpis.period import Period, Window
from kpis.queries.durations import speeds
from kpis.rollups import rebuild_rollups
from kpis.rollups.reading import freshness
from leads.models import Activity, Lead
from leads.services.totals import check_stage_totals
from medspa.models import User
from safekeeping.erasure.erasing import erase_person
from safekeeping.retention import removing
from safekeeping.retention.nightly import run_night
from tests.commissions.clinic import MARCH, agree, close, hire, pay, statement_of
from tests.factories import ActivityFactory, LeadFactory
from tests.kpis.plain_clinic import DAYS, FIRST, PlainClinic
from tests.kpis.random_clinics import clinics
from tests.kpis.test_plain import compare, compare_people, compare_pipeline

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NEW_YORK = ZoneInfo("America/New_York")
AS_OF = FIRST + timedelta(days=DAYS + 1)
# By then everything in a `PlainClinic` is over, also what was deleted just now.
MUCH_LATER = datetime.now(UTC).date() + timedelta(days=9 * 366)
FIRST_DAY = FIRST.date()
RANGES = ((0, DAYS), (7, 9), (15, 1), (-3, 30))


def windows() -> list[Window]:
    return [
        Window(
            Period(
                FIRST_DAY + timedelta(days=start),
                FIRST_DAY + timedelta(days=start + length - 1),
            ),
            NEW_YORK,
            AS_OF,
        )
        for start, length in RANGES
    ]


@hypothesis_settings(
    max_examples=6, deadline=None, suppress_health_check=list(HealthCheck)
)
@given(clinic=clinics())
def test_after_a_night_every_figure_is_what_plain_python_says(
    clinic: PlainClinic,
) -> None:
    with transaction.atomic():
        clinic.load()
        run_night(MUCH_LATER)
        assert not Lead.all_objects.filter(erased_at=None).exists()
        for window in windows():
            assert freshness(window).for_cohort
            compare(clinic, window)
            compare_people(clinic, window)
            compare_pipeline(clinic, window)
        rebuild_rollups(NEW_YORK.key)
        compare(clinic, windows()[0])
        transaction.set_rollback(True)


def clinic_with_a_first_touch() -> Lead:
    created = FIRST + timedelta(days=1)
    lead = LeadFactory(created_at=created, admitted=True)
    for minutes in (3, 9):
        ActivityFactory(
            lead=lead, type="call", created_at=created + timedelta(minutes=minutes)
        )
    return lead


def test_speed_to_lead_is_counted_from_the_touch_that_stays() -> None:
    """Without it the figure would change: that is the fault looked for above."""
    lead = clinic_with_a_first_touch()
    before = speeds(windows()[0])
    assert before["human"].within_5min == 1
    run_night(MUCH_LATER)
    assert speeds(windows()[0]) == before
    assert Activity.all_objects.filter(lead=lead).count() == 1
    removing.remove_rows(Activity, list(Activity.objects.values_list("pk", flat=True)))
    assert speeds(windows()[0]) != before


def statements() -> list[Any]:
    return [
        list(Statement.objects.order_by("id").values()),
        list(StatementLine.objects.order_by("id").values()),
    ]


def test_a_locked_statement_keeps_its_lines_when_its_lead_is_erased(
    manager: User, administrator: User
) -> None:
    nora = hire("Nora")
    agree(nora, {"type": "percent", "event": "invoice_paid", "rate_bps": 1000})
    payment = pay(nora, 50_000)
    close(MARCH, manager)
    assert statement_of(nora).lines_cents == 5_000
    before, digest = statements(), load(MARCH).digest
    report = full_report(windows()[0])
    erase_person(payment.lead_id)
    assert statements() == before
    assert load(MARCH).digest == digest
    assert find_corrections(date(2026, 5, 1)).by_provider == {}
    assert full_report(windows()[0]) == report
    assert all(check.agrees for check in check_stage_totals())
    run_night(MUCH_LATER)
    assert statements() == before
    call_command("verify_totals")
    call_command("verify_kpis")
