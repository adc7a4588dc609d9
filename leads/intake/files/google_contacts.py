"""Google Contacts' export: numbered values, several in one cell between ` ::: `."""

from collections.abc import Mapping

from leads.choices import Source
from leads.intake.incoming import DEFAULT_READING, Cells, IncomingLead, Reading

MOST_VALUES = 5
VALUE_NUMBERS = range(1, MOST_VALUES + 1)


class GoogleContactsFile:
    name = "google"
    title = "Google Contacts"
    default_source = Source.OTHER.value
    # Its labels are an address book's groups, and no interests.
    columns: Mapping[str, tuple[str, ...]] = {
        "first_name": ("firstname", "givenname"),
        "full_name": ("name",),
        "email": tuple(f"email{number}value" for number in VALUE_NUMBERS),
        "phone": tuple(f"phone{number}value" for number in VALUE_NUMBERS),
    }

    def recognizes(self, headers: frozenset[str]) -> bool:
        return not headers.isdisjoint({"email1value", "phone1value"})

    def read(
        self, cells: Mapping[str, Cells], reading: Reading = DEFAULT_READING
    ) -> IncomingLead:
        return IncomingLead.read(cells, reading)
