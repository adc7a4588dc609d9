"""What an administrator decides for a connection with GoHighLevel."""

from typing import Annotated, Literal

from pydantic import Field

from connections.door_parts.mappings import OurKey, ProcedureKey
from connections.gohighlevel.api.client import Versions
from medspa.json_columns import Schema

# Ids of GoHighLevel: of contacts, calendars, pipelines, stages, transactions.
TheirId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
Word = Annotated[str, Field(min_length=1, max_length=60)]
Version = Annotated[str, Field(pattern=r"^20\d\d-\d\d-\d\d$")]

WrittenField = Literal[
    "first_name", "email", "phone", "tags", "stage", "do_not_contact", "appointment"
]


class GoHighLevelSettings(Schema):
    """Mappings from GoHighLevel's words to ours, and what is written back.

    Stages and procedures that are not named here are not taken over. Without consult
    calendars no appointment is. `names` is what mapped stages and calendars were called
    when they were mapped, so that a page can tell that they were renamed.
    """

    stages: dict[TheirId, OurKey] = {}
    consult_calendars: tuple[TheirId, ...] = ()
    calendar_procedures: dict[TheirId, ProcedureKey] = {}
    calendar_providers: dict[TheirId, OurKey] = {}
    # Their tag → the name of ours.
    tags: dict[Word, Word] = {}
    # Their name of what was paid → the code of our procedure.
    procedures: dict[Word, ProcedureKey] = {}
    names: dict[TheirId, Word] = {}
    # Fields whose changes here are written to GoHighLevel.
    writes: tuple[WrittenField, ...] = ()
    contacts_version: Version = "2021-07-28"
    opportunities_version: Version = "2021-07-28"
    payments_version: Version = "2021-07-28"
    calendars_version: Version = "2021-04-15"

    @property
    def versions(self) -> Versions:
        return Versions(
            contacts=self.contacts_version,
            opportunities=self.opportunities_version,
            payments=self.payments_version,
            calendars=self.calendars_version,
        )

    def stage_of(self, ours: str) -> str:
        """Their id of our stage; the first of several, empty for none."""
        return next((their for their, our in self.stages.items() if our == ours), "")
