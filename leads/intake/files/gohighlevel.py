"""GoHighLevel's contact export: only the visible columns, custom ones may follow."""

from typing import Any

from pydantic import model_validator

from leads.choices import Source
from leads.intake.files.spreadsheet import COLUMN_KEYS
from leads.intake.incoming import IncomingLead, given_name

CONTACT = frozenset({"firstname", "lastname", "name", "email", "phone", "tags"})


class GoHighLevelRow(IncomingLead):
    @model_validator(mode="before")
    @classmethod
    def keep_what_is_allowed(cls, cells: dict[str, Any]) -> dict[str, Any]:
        return cells | {"first_name": given_name(cells)}


class GoHighLevelFile:
    name = "ghl"
    title = "GoHighLevel contacts"
    default_source = Source.GOHIGHLEVEL.value
    columns = COLUMN_KEYS | {
        "external_id": ("contactid",),
        "created_at": ("created", "createdat", "dateadded"),
        "expected_value": ("opportunityvalue", "monetaryvalue", "opportunities"),
    }

    def recognizes(self, headers: frozenset[str]) -> bool:
        return "contactid" in headers and not CONTACT.isdisjoint(headers)

    def read(self, cells: dict[str, str]) -> IncomingLead:
        return GoHighLevelRow.read(cells)
