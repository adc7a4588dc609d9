"""Which system decides when a field was changed in both: one table, shown to people."""

from dataclasses import dataclass
from datetime import datetime, timedelta

# So long a person's edit here counts more than what GoHighLevel says.
EDITED_HERE = timedelta(minutes=2)


@dataclass(frozen=True)
class FieldPolicy:
    """`is_written` tells whether a change here can be written there at all."""

    field: str
    title: str
    rule: str
    is_written: bool


THEIRS = "GoHighLevel decides, unless it was edited here within 2 minutes."
POLICIES = (
    FieldPolicy("first_name", "First name", THEIRS, True),
    FieldPolicy("email", "Email", THEIRS, True),
    FieldPolicy("phone", "Phone", THEIRS, True),
    FieldPolicy("tags", "Tags", THEIRS, True),
    FieldPolicy("stage", "Stage", "The later change counts.", True),
    FieldPolicy("lost_reason", "Lost reason", "Decided here.", False),
    FieldPolicy("expected_value", "Expected value", "Decided here.", False),
    FieldPolicy("appointment", "Appointment status", "GoHighLevel decides.", False),
    FieldPolicy("money", "Payments and refunds", "GoHighLevel decides.", False),
)


def here_counts(changed_at: datetime, now: datetime) -> bool:
    """Whether an edit of a contact field here stands against one there."""
    return now - changed_at <= EDITED_HERE
