"""Which system decides when both changed a field: docs/connections/gohighlevel.md."""

from datetime import datetime, timedelta

# So long a person's edit here counts more than what GoHighLevel says.
EDITED_HERE = timedelta(minutes=2)


def here_counts(changed_at: datetime, now: datetime) -> bool:
    """Whether an edit of a contact field here stands against one there."""
    return now - changed_at <= EDITED_HERE
