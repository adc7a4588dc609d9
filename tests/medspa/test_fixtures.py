"""The fixtures: loaded as the README says, today and in any later year."""

import json
import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, models
from simple_history.models import HistoricalChanges

from kpis.models import KpiEvent
from leads.models import Lead, LeadStage, StageTotal
from tests.committed import APPS
from tests.leads.stage_totals import count_stage_totals

FIXTURES = ("pipeline_stages", "tags", "demo")


@pytest.fixture
def loaded(db: None) -> None:
    call_command("loaddata", *FIXTURES, verbosity=0)


def rows() -> Iterator[models.Model]:
    for app in APPS:
        for model in apps.get_app_config(app).get_models():
            if not issubclass(model, HistoricalChanges):  # no form writes them
                yield from model._base_manager.all()


@pytest.mark.slow
def test_every_row_of_the_fixtures_passes_full_clean(loaded: None) -> None:
    checked = [row.full_clean() for row in rows()]
    assert len(checked) > 100


def test_all_that_is_in_the_files_is_in_the_database(loaded: None) -> None:
    for name in FIXTURES:
        text = (settings.BASE_DIR / "fixtures" / f"{name}.json").read_text()
        for entry in json.loads(text):
            model = apps.get_model(entry["model"])
            assert model._base_manager.filter(pk=entry["pk"]).exists(), entry


def test_loading_the_fixtures_again_changes_nothing(loaded: None) -> None:
    before = Lead.all_objects.count(), LeadStage.objects.count()
    call_command("loaddata", *FIXTURES, verbosity=0)
    assert (Lead.all_objects.count(), LeadStage.objects.count()) == before


def test_the_kept_totals_follow_the_loaded_leads(loaded: None) -> None:
    kept = StageTotal.objects.by_stage()
    assert {stage: total for stage, total in kept.items() if any(total)} == dict(
        count_stage_totals()
    )


def test_the_reference_clinic_has_a_refund_a_no_show_and_a_deleted_lead(
    loaded: None,
) -> None:
    assert KpiEvent.objects.get(kind="invoice_refunded").refund_of is not None
    assert LeadStage.objects.filter(lost_reason="no_show").exists()
    assert Lead.all_objects.deleted().count() == 1


def test_the_fixtures_hold_no_contact_data() -> None:
    entries = json.loads((settings.BASE_DIR / "fixtures/demo.json").read_text())
    assert "leads.lead" in {entry["model"] for entry in entries}
    for entry in entries:
        assert not entry["fields"].get("email")
        assert not entry["fields"].get("phone")


def test_no_rule_of_the_database_asks_what_time_it_is(db: None) -> None:
    """A row that is right today is right in ten years: `now()` is in no check."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'c'"
        )
        rules = [rule for (rule,) in cursor.fetchall()]
    assert len(rules) > 50
    clock = re.compile("now|clock_timestamp|current_", re.IGNORECASE)
    assert [rule for rule in rules if clock.search(rule)] == []
