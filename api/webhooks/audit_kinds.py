"""What the audit log says of webhook endpoints. An endpoint is named by its host: its
name is text that somebody typed, and its path may hold a secret.
"""

from medspa.audit.events import audit_kind
from medspa.json_columns import Schema


class EndpointDetails(Schema):
    host: str


class EndpointRotatedDetails(Schema):
    host: str
    hours: int


class EndpointRowsDetails(Schema):
    host: str
    rows: int


ENDPOINT_ADDED = audit_kind(
    "webhook_added",
    "Webhook added",
    "added the webhook endpoint {host}",
    EndpointDetails,
)
ENDPOINT_CHANGED = audit_kind(
    "webhook_changed",
    "Webhook changed",
    "changed the webhook endpoint {host}",
    EndpointDetails,
)
ENDPOINT_DISABLED = audit_kind(
    "webhook_disabled",
    "Webhook disabled",
    "disabled the webhook endpoint {host}",
    EndpointDetails,
)
ENDPOINT_DELETED = audit_kind(
    "webhook_deleted",
    "Webhook deleted",
    "deleted the webhook endpoint {host}",
    EndpointDetails,
)
ENDPOINT_ENABLED = audit_kind(
    "webhook_enabled",
    "Webhook enabled",
    "enabled the webhook endpoint {host}",
    EndpointDetails,
)
ENDPOINT_ROTATED = audit_kind(
    "webhook_rotated",
    "Webhook's secret rotated",
    "rotated the secret of the webhook endpoint {host}; the old one signs for"
    " {hours:more hour|more hours}",
    EndpointRotatedDetails,
)
ENDPOINT_TESTED = audit_kind(
    "webhook_tested",
    "Webhook tested",
    "sent a test event to the webhook endpoint {host}",
    EndpointDetails,
)
WEBHOOKS_REPLAYED = audit_kind(
    "webhook_replayed",
    "Webhook deliveries resent",
    "had {rows:delivery|deliveries} to the webhook endpoint {host} sent again",
    EndpointRowsDetails,
)
CONTACTS_SENT = audit_kind(
    "webhook_contacts_sent",
    "Contacts sent by a webhook",
    "sent contacts by {rows:delivery|deliveries} to the webhook endpoint {host}",
    EndpointRowsDetails,
)
