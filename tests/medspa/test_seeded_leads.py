"""A lead of the sample clinic has the rows that the services would have written."""

from typing import Any

import pytest
from django.core.management import call_command

from leads.choices import ActivityType
from leads.models import Lead, PipelineStage
from leads.services.pipeline import create_lead, first_stage, move
from medspa.audit.actors import acting
from medspa.demo.sample.loading import ACTOR

# Unlike in a twin: who it is, what is unique, and what encryption makes new each time.
ITS_OWN = {"id", "external_id", "email", "phone"}
# The sample writes what became of a lead after it was created at once.
LATER = {"updated_at", "deleted_at"}


def create_twin(lead: Lead) -> Lead:
    """Another lead that the services lead through the same stages."""
    names = [field.attname for field in Lead._meta.concrete_fields]
    values = {name: getattr(lead, name) for name in names}
    twin = Lead(**{k: v for k, v in values.items() if k not in {"id", "external_id"}})
    twin.deleted_at = None
    periods = lead.stage_periods.select_related("stage", "changed_by").order_by(
        "changed_at"
    )
    first, *later = periods
    assert first.stage == first_stage()
    with acting(ACTOR):
        create_lead(twin)
    for period in later:
        with acting(ACTOR, user=period.changed_by):
            move(
                twin.pk,
                period.stage_id,
                lost_reason=period.lost_reason,
                at=period.changed_at,
            )
    return twin


def rows_of(lead: Lead) -> dict[str, Any]:
    """What tells its stages, its creation and who it is."""
    columns = [f.attname for f in Lead._meta.concrete_fields if f.name not in ITS_OWN]
    first = lead.history.earliest()
    tracked = [f.attname for f in first.tracked_fields if f.name not in ITS_OWN | LATER]
    moves = lead.activities.filter(type=ActivityType.STAGE_CHANGE)
    return {
        "lead": [getattr(lead, name) for name in columns if name not in LATER],
        "contact": (lead.email, lead.phone),
        "history": [getattr(first, name) for name in tracked],
        "by": (first.history_type, first.history_actor, first.history_user_id),
        "why": first.history_change_reason,
        "periods": list(
            lead.stage_periods.order_by("changed_at").values_list(
                "stage", "lost_reason", "changed_by", "changed_at", "left_at"
            )
        ),
        "moves": list(
            moves.order_by("created_at").values_list(
                "payload_json", "created_by", "created_at", "deleted_at"
            )
        ),
    }


@pytest.mark.slow
@pytest.mark.django_db
def test_a_seeded_lead_has_the_rows_that_the_services_write() -> None:
    call_command("seed_demo", leads=60, months=6, seed=3)
    for lead in list(Lead.all_objects.order_by("id")):
        twin = Lead.all_objects.get(pk=create_twin(lead).pk)
        assert rows_of(twin) == rows_of(lead)
    reached = {stage.pk for stage in PipelineStage.objects.exclude(stage_periods=None)}
    assert len(reached) > 3
