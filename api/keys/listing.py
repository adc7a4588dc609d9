"""The keys as their page shows them."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Q
from django.db.models.functions import Now

from api.keys.models import ApiKey
from api.keys.scopes import CONTACTS_SCOPE, RESOURCES, WRITE
from medspa import clock

KEYS_SHOWN = 200


@dataclass(frozen=True)
class KeyRow:
    """`old_ends_at` is when an older secret ends, while one still works."""

    key: ApiKey
    scopes: str
    state: str
    old_ends_at: datetime | None

    @property
    def works(self) -> bool:
        return self.state == "Active"


def read_keys() -> list[KeyRow]:
    """The newest first, revoked ones too."""
    now = clock.now()
    still = Q(secrets__ends_at__gt=Now())
    keys = ApiKey.objects.select_related("owner").annotate(
        old_ends_at=Max("secrets__ends_at", filter=still)
    )
    return [
        KeyRow(key, scopes_in_words(key.scopes), _state(key, now), key.old_ends_at)
        for key in keys[:KEYS_SHOWN]
    ]


def scopes_in_words(scopes: list[str]) -> str:
    """`leads (read and write), tags (read), contacts`."""
    words = []
    for resource in RESOURCES:
        if f"{resource.name}:{WRITE}" in scopes:
            words.append(f"{resource.name} (read and write)")
        elif any(scope.startswith(f"{resource.name}:") for scope in scopes):
            words.append(f"{resource.name} (read)")
    return ", ".join([*words, *(["contacts"] if CONTACTS_SCOPE in scopes else [])])


def _state(key: ApiKey, now: datetime) -> str:
    if key.revoked_at:
        return "Revoked"
    if key.is_over(now):
        return "Expired"
    return "Active" if key.owner.may_sign_in else "Owner can't sign in"
