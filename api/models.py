"""The models of this app; each is defined in the folder of its subject."""

from api.exports.models import LeadExport, LeadExportChunk
from api.idempotency.models import IdempotentAnswer
from api.keys.models import ApiKey, ApiKeyUse, ApiSecret
from api.webhooks.delivery import OutboxPosition, WebhookDelivery, WebhookEvent
from api.webhooks.endpoint import WebhookEndpoint, WebhookSecret

__all__ = [
    "ApiKey",
    "ApiKeyUse",
    "ApiSecret",
    "IdempotentAnswer",
    "LeadExport",
    "LeadExportChunk",
    "OutboxPosition",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WebhookEvent",
    "WebhookSecret",
]
