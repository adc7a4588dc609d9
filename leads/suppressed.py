"""People who were erased and asked not to be contacted: they don't come in again."""

from collections.abc import Collection

from leads.extension_points import suppressed_contacts

SUPPRESSED = (
    "This person asked to be erased and not contacted. Nothing was added. "
    "An administrator can allow the contact again."
)


def find_suppressed(contacts: Collection[str]) -> set[str]:
    """Those of the emails and phones that must not come in."""
    given = {contact for contact in contacts if contact}
    if not given:
        return set()
    return set().union(*(find(given) for find in suppressed_contacts))
