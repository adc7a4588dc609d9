"""The fields of a lead that may come in: the allow-list that every importer ends in.

An importer's schema has only these fields; whatever else is sent is dropped while it
is read, before anything is logged, stored or reported.
"""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic_core import PydanticCustomError

from leads import privacy
from leads.intake import synonyms, values
from leads.intake.refusals import RowRefused
from medspa.clinic_time import clinic_zone

MAX_TAGS = 50
MAX_WORD_LENGTH = 120
# In the order of the forms: field, and what people call it.
INCOMING_FIELDS = {
    "first_name": "First name",
    "full_name": "Full name (only the first name is kept)",
    "email": "E-mail",
    "phone": "Phone",
    "source": "Source",
    "campaign_name": "Campaign",
    "ad_platform": "Ad platform",
    "tags": "Tags",
    "procedure": "Procedure",
    "expected_value": "Expected value",
    "created_at": "Created",
    "external_id": "GoHighLevel contact id",
}
IDENTIFYING = ("external_id", "email", "phone")


def _cell(read: Any) -> BeforeValidator:
    """Read a cell that arrived as text; its ValueError is a sentence of ours."""

    def validate(text: Any) -> Any:
        try:
            return read(text) if isinstance(text, str) else text
        except ValueError as error:
            sentence = str(error).replace("{", "").replace("}", "")
            raise PydanticCustomError("cell", sentence) from None

    return BeforeValidator(validate)


def _moment(text: str) -> datetime | None:
    return values.read_moment(text, clinic_zone()) if text else None


def _word(text: str) -> str:
    return " ".join(text.split())[:MAX_WORD_LENGTH]


def _tags(text: str) -> tuple[str, ...]:
    found = (_word(part) for part in text.replace(";", ",").split(","))
    return tuple(dict.fromkeys(tag for tag in found if tag))[:MAX_TAGS]


class IncomingLead(BaseModel):
    """One lead as an importer reads it. Empty means "unknown", never "clear this"."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    external_id: Annotated[str, _cell(values.read_contact_id)] = ""
    first_name: Annotated[str, _cell(privacy.keep_given_name)] = ""
    email: Annotated[str, _cell(values.read_email)] = ""
    phone: Annotated[str, _cell(values.read_phone)] = ""
    source: Annotated[str, _cell(synonyms.source_of)] = ""
    campaign_name: Annotated[str, _cell(_word)] = ""
    ad_platform: Annotated[str, _cell(synonyms.platform_of)] = ""
    tags: Annotated[tuple[str, ...], _cell(_tags)] = ()
    procedure: Annotated[str, _cell(synonyms.procedure_of)] = ""
    expected_value: Annotated[int | None, _cell(values.read_cents)] = None
    created_at: Annotated[datetime | None, _cell(_moment)] = None
    # When the person filled in a form, for importers of forms.
    submitted_at: Annotated[datetime | None, _cell(_moment)] = None
    form: str = ""

    @property
    def is_recognizable(self) -> bool:
        """Whether the next import would find this person again."""
        return bool(self.external_id or self.email or self.phone)

    @classmethod
    def read(cls, cells: dict[str, str]) -> "IncomingLead":
        """The lead in a row's cells; raises RowRefused with reasons."""
        try:
            lead = cls.model_validate(cells)
        except ValidationError as error:
            raise RowRefused(_reasons(error)) from None
        if not lead.is_recognizable:
            raise RowRefused("No e-mail, phone or contact id to recognise them by.")
        return lead


def given_name(cells: dict[str, str]) -> str:
    """The first name; from a full name only what privacy lets through."""
    return privacy.keep_given_name(
        cells.get("first_name", "")
    ) or privacy.keep_given_name(cells.get("full_name", ""))


def _reasons(error: ValidationError) -> str:
    """Fields and our own sentences; never the value."""
    found = error.errors(include_input=False, include_url=False, include_context=False)
    return " ".join(f"{_label(item['loc'])}: {item['msg']}" for item in found)


def _label(path: tuple[int | str, ...]) -> str:
    name = str(path[0]) if path else ""
    return INCOMING_FIELDS.get(name, "Row")
