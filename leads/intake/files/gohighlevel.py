"""GoHighLevel's contact export: only the visible columns, custom ones may follow."""

from collections.abc import Mapping

from leads.choices import Source
from leads.intake.files.spreadsheet import COLUMN_KEYS
from leads.intake.incoming import DEFAULT_READING, Cells, IncomingLead, Reading

# One of them stands beside the contact id in every export that was not cut down.
GOHIGHLEVEL_HEADERS = frozenset(
    {"lastactivity", "opportunities", "opportunityvalue", "created", "tags"}
)


class GoHighLevelFile:
    name = "ghl"
    title = "GoHighLevel contacts"
    default_source = Source.GOHIGHLEVEL.value
    columns = COLUMN_KEYS | {
        "created_at": ("created", "createdat", "dateadded"),
        "expected_value": ("opportunityvalue", "monetaryvalue", "opportunities"),
    }

    def recognizes(self, headers: frozenset[str]) -> bool:
        return "contactid" in headers and not GOHIGHLEVEL_HEADERS.isdisjoint(headers)

    def read(
        self, cells: Mapping[str, Cells], reading: Reading = DEFAULT_READING
    ) -> IncomingLead:
        return IncomingLead.read(cells, reading)
