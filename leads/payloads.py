"""What an activity may say: one closed shape for each type."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from leads.choices import SLUG, ActivityType, CallOutcome, MessageOutcome
from medspa.json_columns import Schema, listed

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,49}$")]
RowId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{1,25}$")]
CallResult = Annotated[str, listed(CallOutcome)]
MessageResult = Annotated[str, listed(MessageOutcome)]
WhyLost = Annotated[str, StringConstraints(pattern=SLUG)]


class Message(Schema):
    """A text or an email that went out; `automated` when no person sent it."""

    automated: bool = False
    template: Slug | None = None
    outcome: MessageResult | None = None


class Call(Schema):
    automated: bool = False
    direction: Literal["outbound", "inbound"] = "outbound"
    outcome: CallResult | None = None
    duration_seconds: Annotated[int, Field(ge=0, le=86_400)] | None = None


class FormSubmit(Schema):
    form: Slug | None = None


class StageChange(Schema):
    """`from_stage` is empty for a lead's first stage."""

    from_stage: RowId | None = None
    to_stage: RowId
    lost_reason: WhyLost | None = None


class TagAdded(Schema):
    tag: RowId


PAYLOADS: dict[str, type[Schema]] = {
    ActivityType.SMS_SENT.value: Message,
    ActivityType.EMAIL_SENT.value: Message,
    ActivityType.CALL.value: Call,
    ActivityType.FORM_SUBMIT.value: FormSubmit,
    ActivityType.STAGE_CHANGE.value: StageChange,
    ActivityType.TAG_ADDED.value: TagAdded,
}
