"""A table that people made themselves: any headers, in any order."""

from typing import Any

from pydantic import model_validator

from leads.choices import Source
from leads.intake.incoming import IncomingLead, given_name

# Field → the header keys that mean it, best first.
COLUMN_KEYS: dict[str, tuple[str, ...]] = {
    "first_name": ("firstname", "first", "givenname", "forename", "fname", "vorname"),
    "full_name": ("fullname", "name", "contactname", "leadname", "clientname"),
    "email": ("email", "emailaddress", "primaryemail", "mail"),
    "phone": (
        "phone",
        "phonenumber",
        "mobile",
        "mobilephone",
        "mobilenumber",
        "cell",
        "cellphone",
        "primaryphone",
        "telephone",
        "tel",
    ),
    "source": ("source", "leadsource", "originalsource", "contactsource", "utmsource"),
    "campaign_name": ("campaign", "campaignname", "utmcampaign"),
    "ad_platform": ("adplatform", "platform"),
    "tags": ("tags", "tag", "interests", "interest", "interestedin"),
    "procedure": ("procedure", "procedurecode", "treatment", "service"),
    "expected_value": (
        "expectedvalue",
        "monetaryvalue",
        "opportunityvalue",
        "leadvalue",
        "dealvalue",
        "value",
    ),
    "created_at": (
        "createdat",
        "created",
        "createdon",
        "createdate",
        "datecreated",
        "createdtime",
        "dateadded",
        "leaddate",
        "date",
    ),
    "external_id": ("contactid", "ghlcontactid", "gohighlevelcontactid", "externalid"),
}


class SpreadsheetRow(IncomingLead):
    @model_validator(mode="before")
    @classmethod
    def keep_what_is_allowed(cls, cells: dict[str, Any]) -> dict[str, Any]:
        return cells | {"first_name": given_name(cells)}


class Spreadsheet:
    name = "free"
    title = "Spreadsheet"
    default_source = Source.OTHER.value
    columns = COLUMN_KEYS

    def recognizes(self, headers: frozenset[str]) -> bool:
        return True

    def read(self, cells: dict[str, str]) -> IncomingLead:
        return SpreadsheetRow.read(cells)
