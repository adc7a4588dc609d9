"""Leads, and the lists that they are described by."""

from datetime import timedelta
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from leads.choices import ActivityType, NextStep, Outcome
from leads.models import (
    Activity,
    BulkChunk,
    BulkRun,
    ContactPoint,
    ExportLog,
    ImportChunk,
    ImportFile,
    Lead,
    LeadArrival,
    LeadLostReason,
    LeadMerge,
    LeadSource,
    LeadStage,
    LeadTag,
    Opportunity,
    PinnedView,
    PipelineStage,
    Procedure,
    ProcedureName,
    SavedView,
    Tag,
    TagSuggestion,
    Task,
)
from leads.services.pipeline import create_lead
from tests.factories.medspa import JobRunFactory
from tests.factories.people import FIRST_NAMES, UserFactory


class StageFactory(DjangoModelFactory):
    """A stage of its own name and place; `outcome="lost"` for a lost one."""

    name = factory.Sequence(lambda number: f"Stage {number}")
    order = factory.Sequence(lambda number: 100 + number)
    outcome = Outcome.OPEN.value

    class Meta:
        model = PipelineStage


class TagFactory(DjangoModelFactory):
    name = factory.Sequence(lambda number: f"Interest {number}")

    class Meta:
        model = Tag


class TagSuggestionFactory(DjangoModelFactory):
    class Meta:
        model = TagSuggestion

    name = factory.Sequence(lambda n: f"Suggested {n}")


class ProcedureFactory(DjangoModelFactory):
    """A procedure of its own name; its code is made from it."""

    name = factory.Sequence(lambda number: f"Peel {number}")
    code = factory.Sequence(lambda number: f"PEEL{number}")

    class Meta:
        model = Procedure


class LeadSourceFactory(DjangoModelFactory):
    name = factory.Sequence(lambda number: f"Billboard {number}")
    code = factory.Sequence(lambda number: f"billboard_{number}")
    meaning = "other"

    class Meta:
        model = LeadSource


class LeadLostReasonFactory(DjangoModelFactory):
    name = factory.Sequence(lambda number: f"Moved away {number}")
    code = factory.Sequence(lambda number: f"moved_{number}")
    meaning = "not_a_fit"

    class Meta:
        model = LeadLostReason


class ProcedureNameFactory(DjangoModelFactory):
    """A name that waits; with a `procedure` it means that."""

    name = factory.Sequence(lambda number: f"Peel like {number}")

    class Meta:
        model = ProcedureName


class LeadFactory(DjangoModelFactory):
    """A lead with email and phone.

    `stage=…` or `admitted=True` lets it enter that stage or a new one, through the
    same door as everywhere; otherwise it stands in no stage.
    """

    first_name = factory.Iterator(FIRST_NAMES)
    email = factory.Sequence(lambda number: f"lead{number}@example.com")
    # No test types a number of this area, so none meets another one's lead.
    phone = factory.Sequence(lambda number: f"+1646555{number % 10_000:04}")
    stage = None

    class Meta:
        model = Lead

    class Params:
        admitted = factory.Trait(stage=factory.SubFactory(StageFactory))

    @classmethod
    def _create(cls, model_class: type[Lead], *args: Any, **kwargs: Any) -> Lead:
        stage = kwargs.pop("stage")
        lead = model_class(*args, **kwargs)
        if stage:
            create_lead(lead, stage, lost_reason="price" if stage.is_lost else "")
        else:
            lead.save()
        return lead

    @classmethod
    def _build(cls, model_class: type[Lead], *args: Any, **kwargs: Any) -> Lead:
        kwargs.pop("stage")
        return model_class(*args, **kwargs)


class LeadArrivalFactory(DjangoModelFactory):
    lead = factory.SubFactory(LeadFactory)
    door = "web_form"
    form = "consult"

    class Meta:
        model = LeadArrival


class ContactPointFactory(DjangoModelFactory):
    """A further email; `email="", phone=…` for a phone."""

    lead = factory.SubFactory(LeadFactory)
    email = factory.Sequence(lambda number: f"further{number}@example.com")

    class Meta:
        model = ContactPoint


class LeadTagFactory(DjangoModelFactory):
    lead = factory.SubFactory(LeadFactory)
    tag = factory.SubFactory(TagFactory)

    class Meta:
        model = LeadTag


class LeadStageFactory(DjangoModelFactory):
    """A stage period, without the side effects of moving there."""

    lead = factory.SubFactory(LeadFactory)
    stage = factory.SubFactory(StageFactory)

    class Meta:
        model = LeadStage


class OpportunityFactory(DjangoModelFactory):
    lead = factory.SubFactory(LeadFactory)
    expected_value_cents = 120_000
    procedure_code = "FILLER"

    class Meta:
        model = Opportunity


class ActivityFactory(DjangoModelFactory):
    lead = factory.SubFactory(LeadFactory)
    type = ActivityType.CALL.value
    payload_json = factory.LazyFunction(lambda: {"outcome": "answered"})

    class Meta:
        model = Activity


class TaskFactory(DjangoModelFactory):
    lead = factory.SubFactory(LeadFactory)
    what = NextStep.CALL_BACK.value
    due_at = factory.LazyFunction(lambda: timezone.now() + timedelta(hours=1))

    class Meta:
        model = Task


class LeadMergeFactory(DjangoModelFactory):
    """The row alone; nothing is moved."""

    survivor = factory.SubFactory(LeadFactory)
    merged = factory.SubFactory(LeadFactory)

    class Meta:
        model = LeadMerge


class BulkRunFactory(DjangoModelFactory):
    """The record alone; nothing is done."""

    act = "tag"

    class Meta:
        model = BulkRun


class SavedViewFactory(DjangoModelFactory):
    owner = factory.SubFactory(UserFactory)
    name = factory.Sequence(lambda number: f"View {number}")

    class Meta:
        model = SavedView


class PinnedViewFactory(DjangoModelFactory):
    view = factory.SubFactory(SavedViewFactory)
    person = factory.SelfAttribute("view.owner")

    class Meta:
        model = PinnedView


class BulkChunkFactory(DjangoModelFactory):
    run = factory.SubFactory(BulkRunFactory)
    number = 0

    class Meta:
        model = BulkChunk


class ExportLogFactory(DjangoModelFactory):
    class Meta:
        model = ExportLog


class ImportFileFactory(DjangoModelFactory):
    """An import of three rows that waits; nothing of it is kept."""

    work = factory.SubFactory(JobRunFactory)
    rows = 3

    class Meta:
        model = ImportFile


class ImportChunkFactory(DjangoModelFactory):
    """The first rows of an import."""

    file = factory.SubFactory(ImportFileFactory)
    number = factory.Sequence(int)
    content = '{"rows": []}'

    class Meta:
        model = ImportChunk
