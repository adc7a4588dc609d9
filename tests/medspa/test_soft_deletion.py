"""Deleted rows: hidden, still stored, and restored."""

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from campaigns.models import Campaign
from commissions.models import Provider
from kpis.models import KpiEvent
from leads.models import Activity, Lead, Opportunity, PipelineStage, Tag
from medspa.soft_deletion import SoftDeletable
from tests.factories import (
    ActivityFactory,
    CampaignFactory,
    CommissionRuleFactory,
    ContactPointFactory,
    KpiEventFactory,
    LeadFactory,
    LeadLostReasonFactory,
    LeadSourceFactory,
    LeadTagFactory,
    OpportunityFactory,
    ProcedureFactory,
    ProviderFactory,
    SavedViewFactory,
    StageFactory,
    TagFactory,
    TaskFactory,
)

pytestmark = pytest.mark.django_db
FACTORIES = [
    ContactPointFactory,
    CampaignFactory,
    LeadFactory,
    TagFactory,
    SavedViewFactory,
    TaskFactory,
    StageFactory,
    OpportunityFactory,
    ActivityFactory,
    KpiEventFactory,
    ProviderFactory,
    CommissionRuleFactory,
    ProcedureFactory,
    LeadSourceFactory,
    LeadLostReasonFactory,
]


def test_every_soft_deletable_model_is_tried_here() -> None:
    models = {model for model in apps.get_models() if issubclass(model, SoftDeletable)}
    assert {factory._meta.model for factory in FACTORIES} == models


@pytest.mark.parametrize(
    "factory", FACTORIES, ids=lambda factory: factory._meta.model.__name__
)
def test_a_deleted_row_hides_stays_and_comes_back(factory: type) -> None:
    row = factory()
    model: type[SoftDeletable] = type(row)
    assert row.delete() == (1, {model._meta.label: 1})
    assert row.is_deleted
    assert not model.objects.filter(pk=row.pk).exists()
    assert model.all_objects.deleted().get(pk=row.pk) == row
    assert row.delete() == (0, {})
    row.restore()
    assert model.objects.get(pk=row.pk).deleted_at is None
    row.restore()
    assert row.history.count() == 3


def test_deleting_a_set_marks_each_row_and_writes_its_history() -> None:
    tags = TagFactory.create_batch(3)
    tags[0].delete()
    assert Tag.all_objects.all().delete() == (2, {"leads.Tag": 2})
    assert Tag.objects.count() == 0
    assert Tag.all_objects.deleted().count() == 3
    assert [tag.history.count() for tag in tags] == [2, 2, 2]


def test_a_set_is_deleted_whole_or_not_at_all() -> None:
    empty, full = StageFactory(order=1), StageFactory(order=2)
    LeadFactory(stage=full)
    with pytest.raises(ValidationError, match="has leads"):
        PipelineStage.objects.order_by("order").delete()
    assert set(PipelineStage.objects.all()) == {empty, full}


@pytest.mark.parametrize(
    ("factory", "sentence"),
    [
        (TagFactory, "There is already a tag with this name."),
        (StageFactory, "There is already a stage with this name."),
        (ProviderFactory, "There is already a provider with this name."),
    ],
)
def test_a_row_whose_name_is_taken_cannot_come_back(
    factory: type, sentence: str
) -> None:
    row = factory(name="Peel")
    row.delete()
    factory(name="PEEL")
    with pytest.raises(ValidationError) as refusal:
        row.restore()
    assert refusal.value.message_dict == {"name": [sentence]}
    assert type(row).all_objects.get(pk=row.pk).is_deleted


def test_a_stage_whose_place_is_taken_cannot_come_back() -> None:
    stage = StageFactory(order=7)
    stage.delete()
    StageFactory(order=7)
    with pytest.raises(ValidationError, match="already has this position"):
        stage.restore()


def test_relations_still_lead_to_a_deleted_row() -> None:
    lead = LeadFactory(campaign=CampaignFactory())
    opportunity = OpportunityFactory(lead=lead)
    lead.campaign.delete()
    lead.delete()
    opportunity = Opportunity.objects.get(pk=opportunity.pk)
    assert opportunity.lead == lead
    assert opportunity.lead.campaign.is_deleted


def test_what_belongs_to_a_deleted_lead_is_untouched() -> None:
    lead = LeadTagFactory().lead
    ActivityFactory(lead=lead)
    KpiEventFactory(lead=lead)
    lead.delete()
    assert lead.lead_tags.count() == 1
    assert Activity.objects.filter(lead=lead).count() == 1
    assert KpiEvent.objects.filter(lead=lead).count() == 1


def test_deleting_touches_only_the_mark() -> None:
    lead = LeadFactory(first_name="Ana")
    Lead.objects.filter(pk=lead.pk).update(first_name="Bea")
    before = timezone.now()
    lead.delete()
    stored = Lead.all_objects.get(pk=lead.pk)
    assert stored.first_name == "Bea"
    assert before <= stored.deleted_at <= stored.updated_at


@pytest.mark.parametrize("model", [Lead, Campaign, Provider])
def test_uniqueness_is_judged_over_deleted_rows_too(model: type[models.Model]) -> None:
    assert model._default_manager.name == "all_objects"
    assert model._meta.default_manager_name == "all_objects"


def test_the_living_and_the_deleted_are_told_apart() -> None:
    active, gone = TagFactory.create_batch(2)
    gone.delete()
    assert set(Tag.all_objects.active()) == set(Tag.objects.all()) == {active}
    assert set(Tag.all_objects.deleted()) == {gone}


def test_no_template_and_no_manager_deletes_by_accident() -> None:
    tag = TagFactory.build()
    for act in (tag.delete, tag.restore, Tag.objects.all().delete):
        assert act.alters_data
    assert not hasattr(Tag.objects, "delete")
    assert not hasattr(Tag.all_objects, "delete")


def test_no_form_offers_the_mark() -> None:
    mark = Tag._meta.get_field("deleted_at")
    assert (mark.editable, mark.null, mark.blank) == (False, True, True)
