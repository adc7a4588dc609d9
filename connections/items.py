"""What a door hands on: leads, events, deletions and wishes not to be contacted.

Everything else that a system sends is forgotten before an item is made.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator

from connections.door_parts.foreign_ids import GOHIGHLEVEL, stored_id
from leads.intake.incoming import IncomingLead

What = Literal["booked", "cancelled", "showed", "no_show", "paid", "refunded"]
MONEY: Sequence[What] = ("paid", "refunded")


class ItemPart(BaseModel):
    """Frozen; unknown keys are forgotten, and an error never quotes a value."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class Who(ItemPart):
    """The person of an event. Ids first, then email, then phone with first name.

    `external_id` is the GoHighLevel contact id; `ids` are those of the door's own
    system, as pairs of a kind and a fingerprint.
    """

    external_id: str = ""
    ids: tuple[tuple[str, str], ...] = ()
    email: str = ""
    phone: str = ""
    first_name: str = ""

    @field_validator("ids")
    @classmethod
    def _hide(cls, ids: Sequence[tuple[str, str]]) -> Sequence[tuple[str, str]]:
        return tuple((kind, stored_id(value)) for kind, value in ids)


class IncomingEvent(ItemPart):
    """One thing that happened in another system.

    `object_id` names the payment, the refund or the appointment there, by the
    fingerprint of its id but for GoHighLevel's (see `foreign_ids`). `parent_id` is the
    payment of a refund, or the appointment that a new one stands for. `status_at` is
    when the object got this status, by which an older one is known. `is_gone` is of an
    appointment that was deleted there: canceled, if it is known and still ahead.
    """

    what: What
    system: str
    account: str = ""
    object_id: str
    parent_id: str = ""
    occurred_at: datetime
    scheduled_for: datetime | None = None
    amount_cents: int | None = None
    currency: str = ""
    procedure: str = ""
    provider: str = ""
    status_at: datetime | None = None
    is_gone: bool = False
    who: Who = Who()

    @field_validator("object_id", "parent_id")
    @classmethod
    def _hide(cls, text: str, info: ValidationInfo) -> str:
        return text if info.data.get("system") == GOHIGHLEVEL else stored_id(text)


class Deleted(ItemPart):
    """A contact was deleted there, confirmed by the other system."""

    external_id: str
    at: datetime


class DoNotContact(ItemPart):
    """A person asked not to be contacted."""

    who: Who
    at: datetime


class StageThere(ItemPart):
    """The stage of a contact's opportunity in GoHighLevel, since when it is there."""

    external_id: str
    object_id: str
    stage: str
    at: datetime


Item = IncomingLead | IncomingEvent | Deleted | DoNotContact | StageThere
