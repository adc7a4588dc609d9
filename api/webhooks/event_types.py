"""The closed list of events, and what each says: ids, codes, moments and cents.

The names of fields are those of the API's answers. Email and phone are added while an
event is sent, to endpoints that may see contacts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from medspa.json_columns import Schema


class LeadEvent(Schema):
    """`merged_into_id` is there when the lead was merged into another one."""

    id: str
    source: str
    campaign_id: str | None
    assigned_to_id: str | None
    merged_into_id: str | None
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None


class LeadMovedEvent(Schema):
    """`id` is the lead's. A move that was undone goes back to `stage_id`."""

    id: str
    stage_id: str
    stage_outcome: str
    from_stage_id: str | None
    lost_reason: str
    at: datetime


class OpportunityEvent(Schema):
    lead_id: str
    expected_value_cents: int | None
    expected_date: date | None


class ActivityEvent(Schema):
    id: str
    lead_id: str
    type: str
    outcome: str | None
    created_at: datetime


class TaskEvent(Schema):
    id: str
    lead_id: str
    what: str
    due_at: datetime
    assigned_to_id: str | None
    done_at: datetime | None


class ConsultEvent(Schema):
    """`id` is null when the clinic booked nothing before the person came."""

    id: str | None
    lead_id: str
    scheduled_for: datetime | None


class PaymentEvent(Schema):
    id: str
    lead_id: str
    kind: str
    value_cents: int
    refund_of_id: str | None
    occurred_at: datetime


class EndpointTest(Schema):
    endpoint_id: str


@dataclass(frozen=True)
class WebhookType:
    """`words` say on the Settings page when it is sent."""

    name: str
    words: str
    data: type[Schema]

    @property
    def group(self) -> str:
        return self.name.partition(".")[0]

    @property
    def has_contacts(self) -> bool:
        """Whether email and phone are added for an endpoint that may see them."""
        return self.data is LeadEvent


TEST_TYPE = WebhookType("webhook.test", "Someone asked for a test.", EndpointTest)
WEBHOOK_TYPES: Mapping[str, WebhookType] = {
    name: WebhookType(name, words, data)
    for name, words, data in (
        ("lead.created", "A lead was created.", LeadEvent),
        ("lead.updated", "Details or tags of a lead changed.", LeadEvent),
        ("lead.moved", "A lead moved to another stage.", LeadMovedEvent),
        ("lead.deleted", "A lead was deleted.", LeadEvent),
        ("lead.restored", "A deleted lead was restored.", LeadEvent),
        ("lead.merged", "A lead was merged into another one.", LeadEvent),
        ("opportunity.set", "A lead's expected value was set.", OpportunityEvent),
        (
            "opportunity.deleted",
            "A lead's expected value was removed.",
            OpportunityEvent,
        ),
        ("activity.logged", "A call, text, email or form was logged.", ActivityEvent),
        ("task.planned", "A next step was added.", TaskEvent),
        ("task.updated", "A next step changed.", TaskEvent),
        ("task.finished", "A next step is done.", TaskEvent),
        ("task.deleted", "A next step was deleted.", TaskEvent),
        ("consult.booked", "A consult was booked.", ConsultEvent),
        ("consult.updated", "A consult changed.", ConsultEvent),
        ("consult.confirmed", "A consult was confirmed.", ConsultEvent),
        ("consult.canceled", "A consult was canceled.", ConsultEvent),
        ("consult.showed", "The person showed.", ConsultEvent),
        ("consult.no_show", "The person didn't show.", ConsultEvent),
        (
            "consult.voided",
            "A booking was undone, or replaced by one at another time.",
            ConsultEvent,
        ),
        ("payment.recorded", "A payment was recorded.", PaymentEvent),
        ("payment.refunded", "A refund was recorded.", PaymentEvent),
        ("payment.voided", "A payment or a refund was voided.", PaymentEvent),
    )
}
EVENT_EXAMPLES: Mapping[type[Schema], dict[str, Any]] = {
    LeadEvent: {
        "id": "c0mi7g2a91x4k8d2h6q0v3w5y",
        "source": "instagram",
        "campaign_id": None,
        "assigned_to_id": None,
        "merged_into_id": None,
        "created_at": "2026-11-27T15:30:00Z",
        "updated_at": "2026-11-27T15:30:00Z",
        "deleted_at": None,
    },
    LeadMovedEvent: {
        "id": "c0mi7g2a91x4k8d2h6q0v3w5y",
        "stage_id": "c0mi7g2a9new4k8d2h6q0v3w5",
        "stage_outcome": "open",
        "from_stage_id": "c0mi7g2a9old4k8d2h6q0v3w5",
        "lost_reason": "",
        "at": "2026-11-27T15:30:00Z",
    },
    OpportunityEvent: {
        "lead_id": "c0mi7g2a91x4k8d2h6q0v3w5y",
        "expected_value_cents": 45_000,
        "expected_date": "2026-12-15",
    },
    ActivityEvent: {
        "id": "c0mi7g2a9act4k8d2h6q0v3w5",
        "lead_id": "c0mi7g2a91x4k8d2h6q0v3w5y",
        "type": "call",
        "outcome": "voicemail",
        "created_at": "2026-11-27T15:30:00Z",
    },
    TaskEvent: {
        "id": "c0mi7g2a9tsk4k8d2h6q0v3w5",
        "lead_id": "c0mi7g2a91x4k8d2h6q0v3w5y",
        "what": "call_back",
        "due_at": "2026-11-28T15:00:00Z",
        "assigned_to_id": None,
        "done_at": None,
    },
    ConsultEvent: {
        "id": "c0mi7g2a9con4k8d2h6q0v3w5",
        "lead_id": "c0mi7g2a91x4k8d2h6q0v3w5y",
        "scheduled_for": "2026-12-01T15:00:00Z",
    },
    PaymentEvent: {
        "id": "c0mi7g2a9pay4k8d2h6q0v3w5",
        "lead_id": "c0mi7g2a91x4k8d2h6q0v3w5y",
        "kind": "invoice_paid",
        "value_cents": 45_000,
        "refund_of_id": None,
        "occurred_at": "2026-11-27T15:30:00Z",
    },
    EndpointTest: {"endpoint_id": "c0mi7g2a9end4k8d2h6q0v3w5"},
}


def known_type(name: str) -> WebhookType:
    """Raises KeyError for an event of another version."""
    return TEST_TYPE if name == TEST_TYPE.name else WEBHOOK_TYPES[name]
