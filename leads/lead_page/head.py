"""What the lead page shows around the timeline, read by one query."""

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from leads.models import Lead, LeadMerge, LeadStage, LeadTag, PipelineStage, Tag, Task
from medspa.models import User
from medspa.postgres.json_rows import model_of

# Possible duplicates that are counted; there may be more.
DUPLICATES_COUNTED = 20
HEAD_LEAD = OuterRef("pk")


@dataclass(frozen=True)
class LeadHead:
    """A lead with its own few rows and the choices that the page offers.

    `periods` are the lead's stage periods, oldest first. `duplicates` have the same
    e-mail or phone; one more than are counted means that there are more.
    """

    lead: Lead
    periods: list[LeadStage]
    stages: list[PipelineStage]
    tags: list[Tag]
    other_tags: list[Tag]
    steps: list[Task]
    duplicates: list[Lead]

    @property
    def current(self) -> LeadStage | None:
        return next((period for period in self.periods if period.left_at is None), None)


def _all_columns(model: Any) -> dict[str, str]:
    return {field.column: field.attname for field in model._meta.concrete_fields}


def _rows(queryset: QuerySet, **more: Any) -> ArraySubquery:
    """All columns of the rows as JSON, as `model_of` reads them."""
    return ArraySubquery(
        queryset.values(row=JSONObject(**_all_columns(queryset.model), **more))
    )


def _periods() -> ArraySubquery:
    return _rows(LeadStage.objects.filter(lead=HEAD_LEAD).order_by("changed_at", "pk"))


def _tags() -> ArraySubquery:
    """The lead's tags, deleted ones included, and the others that it could get."""
    of_lead = LeadTag.objects.filter(tag=OuterRef("pk"), lead=OuterRef(HEAD_LEAD))
    tags = Tag.all_objects.annotate(is_of_lead=Exists(of_lead)).order_by("name")
    shown = tags.filter(Q(deleted_at=None) | Q(is_of_lead=True))
    return _rows(shown, is_of_lead="is_of_lead")


def _steps() -> ArraySubquery:
    steps = Task.objects.filter(lead=HEAD_LEAD, done_at=None).order_by("due_at", "pk")
    person = JSONObject(
        id="assigned_to__pk",
        first_name="assigned_to__first_name",
        username="assigned_to__username",
    )
    return _rows(steps, person=person)


def _duplicates(index: str) -> ArraySubquery:
    """Active leads with the same contact data. One query for each index.

    For e-mail OR phone in one query PostgreSQL would use neither index.
    """
    same = Lead.objects.filter(**{index: OuterRef(index)}).exclude(**{index: b""})
    columns = JSONObject(id="pk", first_name="first_name", created_at="created_at")
    others = same.exclude(pk=HEAD_LEAD).order_by().values(row=columns)
    return ArraySubquery(others[: DUPLICATES_COUNTED + 1])


def _merged() -> ArraySubquery:
    merges = LeadMerge.objects.standing().filter(survivor=HEAD_LEAD)
    return ArraySubquery(merges.order_by().values("merged_id"))


def read_head(lead_id: str) -> LeadHead | None:
    """None where there is no such lead; deleted ones are found."""
    lead: Any = (
        Lead.all_objects.select_related("campaign", "assigned_to", "opportunity")
        .annotate(
            head_merged=_merged(),
            head_periods=_periods(),
            head_stages=_rows(PipelineStage.objects.order_by("order")),
            head_tags=_tags(),
            head_steps=_steps(),
            same_email=_duplicates("email_index"),
            same_phone=_duplicates("phone_index"),
        )
        .filter(pk=lead_id)
        .first()
    )
    if lead is None:
        return None
    lead.timeline_ids = [lead.pk, *lead.head_merged]
    duplicates = {row["id"]: row for row in (*lead.same_email, *lead.same_phone)}
    return LeadHead(
        lead=lead,
        periods=[model_of(LeadStage, row) for row in lead.head_periods],
        stages=[model_of(PipelineStage, row) for row in lead.head_stages],
        tags=[model_of(Tag, row) for row in lead.head_tags if row["is_of_lead"]],
        other_tags=[
            model_of(Tag, row) for row in lead.head_tags if not row["is_of_lead"]
        ],
        steps=[_step(row) for row in lead.head_steps],
        duplicates=[
            model_of(Lead, row)
            for row in list(duplicates.values())[: DUPLICATES_COUNTED + 1]
        ],
    )


def _step(row: dict[str, Any]) -> Task:
    task: Task = model_of(Task, row)
    if task.assigned_to_id:
        task.assigned_to = model_of(User, row["person"])
    return task
