"""`migrate` leaves a new clinic with stages and tags; nobody's own are touched."""

import json
from importlib import import_module

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from leads.models import Lead, PipelineStage, Tag
from leads.services.pipeline import create_lead
from tests import factories

pytestmark = pytest.mark.django_db
migration = import_module("leads.migrations.0016_default_stages_and_tags")
entry = import_module("leads.migrations.0018_name_the_entry_stage")


def migrate() -> None:
    migration.add_defaults(apps, None)
    with connection.cursor() as cursor:
        cursor.execute(entry.NAME_ENTRY)


def test_a_new_clinic_can_take_its_first_lead_at_once() -> None:
    migrate()
    assert [stage.name for stage in PipelineStage.objects.order_by("order")] == [
        "New",
        "Contacted",
        "Consult Booked",
        "Won",
        "Lost",
    ]
    assert Tag.objects.count() == 6
    for row in (*PipelineStage.objects.all(), *Tag.objects.all()):
        row.full_clean()
        assert row.history.get().who == "Setup"
    assert create_lead(factories.LeadFactory.build()).stage.name == "New"


def test_they_are_those_of_the_fixtures() -> None:
    migrate()
    for name, model in (("pipeline_stages", PipelineStage), ("tags", Tag)):
        text = (settings.BASE_DIR / "fixtures" / f"{name}.json").read_text()
        for entry in json.loads(text):
            row = model.objects.values().get(pk=entry["pk"])
            fields = entry["fields"]
            assert {key: row[key] for key in fields if key != "created_at"} == {
                key: value for key, value in fields.items() if key != "created_at"
            }


def test_a_clinic_with_stages_of_its_own_keeps_them() -> None:
    factories.StageFactory(name="Ours").delete()
    factories.TagFactory(name="Ours")
    migrate()
    assert [stage.name for stage in PipelineStage.all_objects.all()] == ["Ours"]
    assert [tag.name for tag in Tag.objects.all()] == ["Ours"]


def test_the_small_clinic_loads_alone() -> None:
    migrate()
    call_command("loaddata", "demo", verbosity=0)
    assert Lead.objects.exists()
