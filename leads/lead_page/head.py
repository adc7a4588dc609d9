"""What the lead page shows around the timeline, read by one statement."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, JSONField, OuterRef
from django.db.models.expressions import RawSQL

from campaigns.models import Campaign
from leads.models import (
    ContactPoint,
    Lead,
    LeadArrival,
    LeadStage,
    PipelineStage,
    Tag,
    Task,
)
from leads.services.assigning import assignable_people
from medspa.encryption.json_rows import instance_from_json
from medspa.models import User
from medspa.postgres.written_query import WrittenQuery

# Possible duplicates that are counted; there may be more.
DUPLICATES_COUNTED = 20

# The lead's own few rows and the choices that the page offers, read with the lead. As
# SQL this takes 2 ms; the same subqueries in the ORM take 8 ms, mostly to build them.
# Duplicates are found by each index alone: for an OR PostgreSQL would use neither.
HEAD_JSON = RawSQL(
    """jsonb_build_object(
    'merged', (
        SELECT jsonb_agg(merged_id) FROM leads_leadmerge
        WHERE survivor_id = leads_lead.id AND undone_at IS NULL
    ),
    'periods', (
        SELECT jsonb_agg(to_jsonb(period) ORDER BY period.changed_at, period.id)
        FROM leads_leadstage period WHERE period.lead_id = leads_lead.id
    ),
    'stages', (
        SELECT jsonb_agg(to_jsonb(stage) ORDER BY stage.order)
        FROM leads_pipelinestage stage WHERE stage.deleted_at IS NULL
    ),
    'tags', (
        SELECT jsonb_agg(
            to_jsonb(tag) || jsonb_build_object('is_of_lead', link.id IS NOT NULL)
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
    'contacts', (
        SELECT jsonb_agg(to_jsonb(point) ORDER BY point.created_at, point.id)
        FROM leads_contactpoint point
        WHERE point.lead_id = leads_lead.id AND point.deleted_at IS NULL
    ),
    'arrivals', (
        SELECT jsonb_agg(
            to_jsonb(arrival) || jsonb_build_object('campaign', campaign.name)
            ORDER BY arrival.arrived_at, arrival.id
        )
        FROM leads_leadarrival arrival
        LEFT JOIN campaigns_campaign campaign ON campaign.id = arrival.campaign_id
        WHERE arrival.lead_id = leads_lead.id OR arrival.lead_id IN (
            SELECT merged_id FROM leads_leadmerge
            WHERE survivor_id = leads_lead.id AND undone_at IS NULL
        )
    ),
    'duplicates', (
        WITH own AS (
            SELECT leads_lead.email_index, leads_lead.phone_index
            UNION ALL
            SELECT point.email_index, point.phone_index FROM leads_contactpoint point
            WHERE point.lead_id = leads_lead.id AND point.deleted_at IS NULL
        ), same (id) AS (
            SELECT lead.id FROM own JOIN leads_lead lead
                ON lead.email_index = own.email_index AND NOT lead.email_index = ''
            UNION
            SELECT lead.id FROM own JOIN leads_lead lead
                ON lead.phone_index = own.phone_index AND NOT lead.phone_index = ''
            UNION
            SELECT point.lead_id FROM own JOIN leads_contactpoint point
                ON point.email_index = own.email_index
                AND NOT point.email_index = '' AND point.deleted_at IS NULL
            UNION
            SELECT point.lead_id FROM own JOIN leads_contactpoint point
                ON point.phone_index = own.phone_index
                AND NOT point.phone_index = '' AND point.deleted_at IS NULL
        )
        SELECT jsonb_agg(to_jsonb(other)) FROM (
            SELECT lead.id, lead.first_name, lead.created_at
            FROM same JOIN leads_lead lead ON lead.id = same.id
            WHERE lead.deleted_at IS NULL AND lead.id <> leads_lead.id
            LIMIT %s
        ) other
    )
    )""",
    (DUPLICATES_COUNTED + 1,),
    JSONField(),
)


@dataclass(frozen=True)
class LeadHead:
    """A lead with its own few rows and the choices that the page offers.

    `periods` are the lead's stage periods, oldest first; `contacts` its further emails
    and phones. `duplicates` share one of them; one more than are counted means that
    there are more.
    """

    lead: Lead
    periods: list[LeadStage]
    stages: list[PipelineStage]
    tags: list[Tag]
    other_tags: list[Tag]
    steps: list[Task]
    contacts: list[ContactPoint]
    arrivals: list[LeadArrival]
    duplicates: list[Lead]

    @property
    def current(self) -> LeadStage | None:
        return next((period for period in self.periods if period.left_at is None), None)


def read_head(lead_id: str, viewer: User | AnonymousUser) -> LeadHead | None:
    """None where there is no such lead that the viewer may open."""
    if not viewer.has_perm("leads.view_lead"):
        return None
    lead: Any = _leads_of(viewer).first(lead_id)
    if lead is None:
        return None
    rows_by_name = {name: rows or [] for name, rows in lead.head_json.items()}
    lead.timeline_ids = [lead.pk, *rows_by_name["merged"]]
    return LeadHead(
        lead=lead,
        periods=[instance_from_json(LeadStage, row) for row in rows_by_name["periods"]],
        stages=[
            instance_from_json(PipelineStage, row) for row in rows_by_name["stages"]
        ],
        tags=[
            instance_from_json(Tag, row)
            for row in rows_by_name["tags"]
            if row["is_of_lead"]
        ],
        other_tags=[
            instance_from_json(Tag, row)
            for row in rows_by_name["tags"]
            if not row["is_of_lead"]
        ],
        steps=[_step(row) for row in rows_by_name["steps"]],
        contacts=[
            instance_from_json(ContactPoint, row) for row in rows_by_name["contacts"]
        ],
        arrivals=[_arrival(row) for row in rows_by_name["arrivals"]],
        duplicates=[
            instance_from_json(Lead, row) for row in rows_by_name["duplicates"]
        ],
    )


_written: dict[bool, WrittenQuery[Lead]] = {}


def _leads_of(viewer: User | AnonymousUser) -> WrittenQuery[Lead]:
    """By id, written once for each answer that `visible_to` gives.

    To write it took 3 ms of each page, to plan it 5.
    """
    may_restore = viewer.has_perm("leads.restore_lead")
    if may_restore not in _written:
        people = assignable_people().filter(pk=OuterRef("assigned_to"))
        leads = (
            Lead.all_objects.visible_to(viewer)
            .select_related("campaign", "assigned_to", "opportunity")
            .annotate(head_json=HEAD_JSON, owner_is_assignable=Exists(people))
        )
        _written[may_restore] = WrittenQuery(leads.order_by().filter(pk=""))
    return _written[may_restore]


def _arrival(row: dict[str, Any]) -> LeadArrival:
    arrival: LeadArrival = instance_from_json(LeadArrival, row)
    if arrival.campaign_id:
        arrival.campaign = Campaign(id=arrival.campaign_id, name=row["campaign"])
    return arrival


def _step(row: dict[str, Any]) -> Task:
    task: Task = instance_from_json(Task, row)
    if task.assigned_to_id:
        task.assigned_to = instance_from_json(User, row["person"])
    return task
