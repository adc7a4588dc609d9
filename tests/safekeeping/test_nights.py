"""The nightly removal: what goes, what is spared, and nights that were missed."""

import json
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from kpis.models import KpiEvent
from leads.models import Activity, ContactPoint, ExportLog, Lead, Task
from medspa.clinic_time import clinic_today
from medspa.models import AuditEvent, User
from safekeeping.certificates.signing import as_file, is_genuine
from safekeeping.erasure.holds import HoldRefused, lift_hold, place_hold
from safekeeping.models import Certificate, LegalHold, RetentionNight
from safekeeping.retention.health import retention_line
from safekeeping.retention.nightly import begin_night, run_night
from safekeeping.retention.preview import read_due
from tests.clinics import ChangeClinic
from tests.factories import (
    ActivityFactory,
    ContactPointFactory,
    ExportLogFactory,
    KpiEventFactory,
    LeadFactory,
    LeadMergeFactory,
    LeadStageFactory,
    TaskFactory,
)

pytestmark = pytest.mark.django_db

LONG_AGO = datetime(2017, 3, 1, 15, tzinfo=UTC)


def old_lead(**columns: object) -> Lead:
    lead = LeadFactory(created_at=LONG_AGO, **columns)
    Lead.all_objects.filter(pk=lead.pk).update(updated_at=LONG_AGO)
    return lead


def is_erased(lead: Lead) -> bool:
    return Lead.all_objects.get(pk=lead.pk).is_erased


def test_a_lead_goes_seven_years_after_anything_happened() -> None:
    lead = old_lead()
    ContactPointFactory(lead=lead, created_at=LONG_AGO)
    Lead.all_objects.filter(pk=lead.pk).update(updated_at=LONG_AGO)
    run_night()
    assert is_erased(lead)
    assert not lead.history.exists()
    assert not ContactPoint.all_objects.exists()


@pytest.mark.parametrize("what", ["activity", "event", "edit", "task", "period"])
def test_a_lead_with_whom_something_happened_stays(what: str) -> None:
    lead = old_lead()
    lately = timezone.now() - timedelta(days=300)
    match what:
        case "activity":
            ActivityFactory(lead=lead, created_at=lately)
        case "event":
            KpiEventFactory(lead=lead, occurred_at=lately)
        case "edit":
            lead.save()
        case "task":
            TaskFactory(lead=lead)
        case "period":
            LeadStageFactory(lead=lead, changed_at=lately)
    run_night()
    assert not is_erased(lead)


def test_a_merged_lead_stays_as_long_as_the_one_it_is_part_of() -> None:
    survivor, merged = LeadFactory(), old_lead()
    merge = LeadMergeFactory(survivor=survivor, merged=merged)
    run_night()
    assert not is_erased(merged)
    merge.delete()
    run_night(clinic_today() + timedelta(days=1))
    assert is_erased(merged)


def test_activities_go_after_three_years_except_first_touches() -> None:
    lead = LeadFactory(created_at=timezone.now() - timedelta(days=1500))
    first, second = (
        ActivityFactory(
            lead=lead,
            type="call",
            payload_json={"outcome": "answered"},
            created_at=lead.created_at + timedelta(minutes=minutes),
        )
        for minutes in (4, 30)
    )
    young = ActivityFactory(lead=lead)
    run_night()
    assert set(Activity.all_objects.all()) == {first, young}
    first.refresh_from_db()
    assert first.payload_json == {}
    assert not first.history.exists()
    assert not Activity.history.filter(id=second.pk).exists()


def test_events_are_reduced_to_figures_after_five_years() -> None:
    old = timezone.now() - timedelta(days=365 * 6)
    click = KpiEventFactory(
        kind="ad_click", occurred_at=old, metadata_json={"click_id": "abc"}
    )
    paid = KpiEventFactory(paid=True, occurred_at=old)
    voided = KpiEventFactory(occurred_at=old)
    voided.delete()
    KpiEvent.all_objects.filter(pk=voided.pk).update(deleted_at=old)
    run_night()
    click.refresh_from_db()
    paid.refresh_from_db()
    assert click.metadata_json == {}
    assert paid.value_cents == 50_000
    assert not KpiEvent.history.exists()
    assert not KpiEvent.all_objects.filter(pk=voided.pk).exists()


def test_the_clinics_years_count(clinic_is: ChangeClinic) -> None:
    lead = LeadFactory(created_at=timezone.now() - timedelta(days=365 * 4))
    Lead.objects.filter(pk=lead.pk).update(updated_at=lead.created_at)
    run_night()
    assert not is_erased(lead)
    clinic_is(leads_kept_years=3, kpi_events_kept_years=3)
    run_night(clinic_today() + timedelta(days=1))
    assert is_erased(lead)


def test_what_is_written_by_itself_goes_by_its_time() -> None:
    old, young = ExportLogFactory(created_at=LONG_AGO), ExportLogFactory()
    done = TaskFactory(created_at=LONG_AGO, done_at=LONG_AGO)
    run_night()
    assert list(ExportLog.objects.all()) == [young]
    assert not Task.all_objects.filter(pk=done.pk).exists()
    assert old.pk


def test_a_hold_keeps_its_lead_until_it_is_lifted(administrator: User) -> None:
    lead, other = old_lead(), old_lead()
    hold = place_hold(administrator, "lawsuit", lead.pk)
    run_night()
    assert (is_erased(lead), is_erased(other)) == (False, True)
    lift_hold(hold.pk, administrator)
    run_night(clinic_today() + timedelta(days=1))
    assert is_erased(lead)
    kinds = {"hold_placed", "hold_lifted"}
    assert kinds <= set(AuditEvent.objects.values_list("kind", flat=True))
    with pytest.raises(HoldRefused, match="already lifted"):
        lift_hold(hold.pk, administrator)


def test_a_hold_of_all_leads_suspends_their_rules(administrator: User) -> None:
    lead = old_lead()
    ExportLogFactory(created_at=LONG_AGO)
    place_hold(administrator, "audit", until_on=clinic_today())
    assert any(due.is_suspended for due in read_due())
    run_night()
    assert not is_erased(lead)
    assert not ExportLog.objects.exists()


def test_a_hold_ends_with_its_last_day(administrator: User) -> None:
    hold = place_hold(administrator, "audit", until_on=clinic_today())
    LegalHold.objects.filter(pk=hold.pk).update(
        until_on=clinic_today() - timedelta(days=1)
    )
    lead = old_lead()
    run_night()
    assert is_erased(lead)


def test_a_night_is_once_and_has_a_genuine_certificate(tmp_path: Path) -> None:
    old_lead()
    night = run_night()
    assert begin_night() is None
    assert run_night() == night
    certificate = Certificate.objects.get()
    assert certificate.content_json["counts"]["leads.Lead"] == 1
    assert is_genuine(certificate.content_json, certificate.signature)
    file = tmp_path / "proof.json"
    file.write_text(as_file(certificate))
    call_command("retention", verify=str(file))
    file.write_text(file.read_text().replace('"leads.Lead": 1', '"leads.Lead": 2'))
    with pytest.raises(CommandError, match="not genuine"):
        call_command("retention", verify=str(file))
    call_command("retention", verify="all")


def test_missed_nights_are_made_up_once_and_told() -> None:
    today = clinic_today()
    run_night(today - timedelta(days=3))
    assert not retention_line().is_ok
    night = run_night(today)
    assert night.missed == 2
    assert RetentionNight.objects.count() == 2
    assert "made up for 2 nights" in retention_line().words


def test_a_night_that_was_interrupted_goes_on() -> None:
    old_lead()
    RetentionNight.objects.create(
        night=clinic_today(), counts_json={"leads.Activity": 4}
    )
    night = run_night()
    assert night.counts_json["leads.Activity"] == 4
    assert night.counts_json["leads.Lead"] == 1


def test_a_dry_run_counts_and_removes_nothing() -> None:
    lead = old_lead()
    out = StringIO()
    call_command("retention", dry_run=True, json=True, stdout=out)
    rows = {one["rule"]: one["rows"] for one in json.loads(out.getvalue())}
    assert rows["leads"] == 1
    assert not is_erased(lead)
    call_command("retention", dry_run=True, stdout=out)
    assert "Nothing was removed." in out.getvalue()


def test_the_day_of_the_night_decides() -> None:
    lead = old_lead()
    run_night(date(2024, 2, 28))
    assert not is_erased(lead)
    run_night(date(2024, 3, 2))
    assert is_erased(lead)
