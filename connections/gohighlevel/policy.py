"""Which system decides when both changed a field: docs/connections/gohighlevel.md."""

from dataclasses import dataclass
from datetime import datetime, timedelta

# So long a person's edit here counts more than what GoHighLevel says.
EDITED_HERE = timedelta(minutes=2)


def here_counts(changed_at: datetime, now: datetime) -> bool:
    """Whether an edit of a contact field here stands against one there."""
    return now - changed_at <= EDITED_HERE


@dataclass(frozen=True)
class FieldRule:
    """What people read of a field: who decides, and by which switch it is written
    back; without a switch it never is."""

    title: str
    who_decides: str
    switch: str = ""


_CONTACT = "GoHighLevel, unless it was edited here within 2 minutes"
FIELD_RULES = (
    FieldRule("First name", _CONTACT, "first_name"),
    FieldRule("Email", _CONTACT, "email"),
    FieldRule("Phone", _CONTACT, "phone"),
    FieldRule("Tags", _CONTACT, "tags"),
    FieldRule("Stage", "The later change", "stage"),
    FieldRule("Do not contact", "Either system that says so", "do_not_contact"),
    FieldRule("Appointment status", "GoHighLevel", "appointment"),
    FieldRule("Payments and refunds", "GoHighLevel"),
    FieldRule("Lost reason, expected value", "Decided here"),
)
