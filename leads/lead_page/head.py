"""What the lead page shows beside the timeline, by one statement."""

from dataclasses import dataclass
from typing import Any

from django.db.models import JSONField
from django.db.models.expressions import RawSQL

from leads.models import Lead, LeadStage, PipelineStage, Tag, Task
from medspa.models import User
from medspa.postgres.json_rows import model_of

# Possible duplicates that are counted; there may be more.
DUPLICATES = 20

# Its own few rows and the choices that the page offers, read with the lead. Duplicates
# are looked for by each index alone: joined by OR, neither would be used.
BESIDE = RawSQL(
    """jsonb_build_object(
    'merged', (
        SELECT jsonb_agg(merged_id) FROM leads_leadmerge
        WHERE survivor_id = leads_lead.id AND undone_at IS NULL
    ),
    'stays', (
        SELECT jsonb_agg(to_jsonb(stay) ORDER BY stay.changed_at, stay.id)
        FROM leads_leadstage stay WHERE stay.lead_id = leads_lead.id
    ),
    'stages', (
        SELECT jsonb_agg(to_jsonb(stage) ORDER BY stage.order)
        FROM leads_pipelinestage stage WHERE stage.deleted_at IS NULL
    ),
    'tags', (
        SELECT jsonb_agg(
            to_jsonb(tag) || jsonb_build_object('is_carried', link.id IS NOT NULL)
            ORDER BY tag.name
        )
        FROM leads_tag tag
        LEFT JOIN leads_leadtag link
            ON link.tag_id = tag.id AND link.lead_id = leads_lead.id
        WHERE tag.deleted_at IS NULL OR link.id IS NOT NULL
    ),
    'steps', (
        SELECT jsonb_agg(
            to_jsonb(task) || jsonb_build_object('person', jsonb_build_object(
                'id', person.id, 'first_name', person.first_name,
                'username', person.username
            ))
            ORDER BY task.due_at, task.id
        )
        FROM leads_task task LEFT JOIN medspa_user person
            ON person.id = task.assigned_to_id
        WHERE task.lead_id = leads_lead.id
            AND task.done_at IS NULL AND task.deleted_at IS NULL
    ),
    'duplicates', (
        SELECT jsonb_agg(to_jsonb(other)) FROM (
            SELECT same.id, same.first_name, same.created_at FROM leads_lead same
            WHERE same.email_index = leads_lead.email_index
                AND NOT same.email_index = '' AND same.deleted_at IS NULL
                AND same.id <> leads_lead.id
            UNION
            SELECT same.id, same.first_name, same.created_at FROM leads_lead same
            WHERE same.phone_index = leads_lead.phone_index
                AND NOT same.phone_index = '' AND same.deleted_at IS NULL
                AND same.id <> leads_lead.id
            LIMIT %s
        ) other
    )
    )""",
    (DUPLICATES + 1,),
    JSONField(),
)


@dataclass(frozen=True)
class Head:
    """A lead and what stands beside it; `stays` are in the order in which they began.

    `duplicates` share its e-mail or phone: one more than are counted tells of more.
    """

    lead: Lead
    stays: list[LeadStage]
    stages: list[PipelineStage]
    tags: list[Tag]
    other_tags: list[Tag]
    steps: list[Task]
    duplicates: list[Lead]

    @property
    def current(self) -> LeadStage | None:
        return next((stay for stay in self.stays if stay.left_at is None), None)


def read_head(lead_id: str) -> Head | None:
    """None where there is no such lead; deleted ones are found."""
    lead = (
        Lead.all_objects.select_related("campaign", "assigned_to", "opportunity")
        .annotate(beside=BESIDE)
        .filter(pk=lead_id)
        .first()
    )
    if lead is None:
        return None
    beside = {name: rows or [] for name, rows in lead.beside.items()}
    lead.told_ids = [lead.pk, *beside["merged"]]
    return Head(
        lead=lead,
        stays=[model_of(LeadStage, row) for row in beside["stays"]],
        stages=[model_of(PipelineStage, row) for row in beside["stages"]],
        tags=[model_of(Tag, row) for row in beside["tags"] if row["is_carried"]],
        other_tags=[
            model_of(Tag, row) for row in beside["tags"] if not row["is_carried"]
        ],
        steps=[_step(row) for row in beside["steps"]],
        duplicates=[model_of(Lead, row) for row in beside["duplicates"]],
    )


def _step(row: dict[str, Any]) -> Task:
    task: Task = model_of(Task, row)
    if task.assigned_to_id:
        task.assigned_to = model_of(User, row["person"])
    return task
