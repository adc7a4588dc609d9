"""What the audit log says of keys and their use.

A key is named by its prefix: its name is text that somebody typed.
"""

from typing import Literal

from medspa.audit.events import audit_kind
from medspa.json_columns import Schema


class KeyDetails(Schema):
    key: str


class RotatedDetails(Schema):
    key: str
    hours: int


class UseDetails(Schema):
    """`act` is the name of an operation of the API."""

    key: str
    act: str


class ListedDetails(Schema):
    key: str
    act: str
    rows: int


class AssistantDetails(Schema):
    """`act` is the name of a tool; `step` what came of the call."""

    key: str
    act: str
    step: Literal["read", "previewed", "done", "refused"]


KEY_MADE = audit_kind(
    "api_key_made", "API key created", "created the API key {key}", KeyDetails
)
KEY_ROTATED = audit_kind(
    "api_key_rotated",
    "API key rotated",
    "rotated the API key {key}; the old secret works for {hours:more hour|more hours}",
    RotatedDetails,
)
KEY_REVOKED = audit_kind(
    "api_key_revoked", "API key revoked", "revoked the API key {key}", KeyDetails
)
API_USED = audit_kind(
    "api_used", "API used", "through the API key {key}: {act}", UseDetails
)
CONTACTS_LISTED = audit_kind(
    "api_contacts_listed",
    "Contacts read through the API",
    "through the API key {key} got contacts of {rows:lead|leads}: {act}",
    ListedDetails,
)
ASSISTANT_USED = audit_kind(
    "api_assistant_used",
    "Assistant used",
    "through an assistant with the API key {key}: {act}, {step}",
    AssistantDetails,
)
