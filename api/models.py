"""The models of this app; each is defined in the folder of its subject."""

from api.idempotency.models import IdempotentAnswer
from api.keys.models import ApiKey, ApiKeyUse, ApiSecret

__all__ = ["ApiKey", "ApiKeyUse", "ApiSecret", "IdempotentAnswer"]
