"""A table that people made themselves: any headers, in any order."""

from collections.abc import Mapping

from leads.choices import Source
from leads.intake.incoming import DEFAULT_READING, Cells, IncomingLead, Reading

# Field → the header keys that mean it, best first: of several columns of one field the
# first filled cell is taken.
COLUMN_KEYS: dict[str, tuple[str, ...]] = {
    "first_name": ("firstname", "first", "givenname", "forename", "fname", "vorname"),
    "full_name": ("fullname", "name", "contactname", "leadname", "clientname"),
    "email": (
        "email",
        "emailaddress",
        "primaryemail",
        "mail",
        "personalemail",
        "workemail",
        "email1",
        "email2",
        "email3",
        "secondaryemail",
        "otheremail",
        "alternateemail",
    ),
    "phone": (
        "phone",
        "phonenumber",
        "primaryphone",
        "mobile",
        "mobilephone",
        "mobilenumber",
        "cell",
        "cellphone",
        "telephone",
        "tel",
        "homephone",
        "workphone",
        "phone1",
        "phone2",
        "phone3",
        "otherphone",
        "alternatephone",
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
    "stage": ("stage", "pipelinestage", "leadstage", "opportunitystage", "dealstage"),
    "assigned_to": (
        "assignedto",
        "assigneduser",
        "assigned",
        "owner",
        "leadowner",
        "contactowner",
    ),
    # Only ids of GoHighLevel's shape count; a number of another system is nobody's.
    "external_id": ("gohighlevelcontactid", "ghlcontactid", "contactid"),
}


class Spreadsheet:
    name = "free"
    title = "Spreadsheet"
    default_source = Source.OTHER.value
    columns = COLUMN_KEYS

    def recognizes(self, headers: frozenset[str]) -> bool:
        return True

    def read(
        self, cells: Mapping[str, Cells], reading: Reading = DEFAULT_READING
    ) -> IncomingLead:
        return IncomingLead.read(cells, reading)
