"""HubSpot's contact export. Its record id is not our contact id."""

from collections.abc import Mapping

from leads.choices import Source
from leads.intake.files.spreadsheet import COLUMN_KEYS
from leads.intake.incoming import DEFAULT_READING, Cells, IncomingLead, Reading

HUBSPOT_HEADERS = frozenset(
    {"lifecyclestage", "contactowner", "createdate", "originalsource", "leadstatus"}
)


class HubSpotFile:
    name = "hubspot"
    title = "HubSpot contacts"
    default_source = Source.OTHER.value
    columns = {
        field: keys for field, keys in COLUMN_KEYS.items() if field != "external_id"
    }

    def recognizes(self, headers: frozenset[str]) -> bool:
        has_record_id = any(header.startswith("recordid") for header in headers)
        return has_record_id and not HUBSPOT_HEADERS.isdisjoint(headers)

    def read(
        self, cells: Mapping[str, Cells], reading: Reading = DEFAULT_READING
    ) -> IncomingLead:
        return IncomingLead.read(cells, reading)
