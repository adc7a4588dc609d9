"""People who were erased and asked not to be contacted: they don't come in again."""

from collections.abc import Collection, Iterator
from typing import Any

from django.core.exceptions import ValidationError

from leads.extension_points import suppressed_contacts
from medspa.encryption.fields import Unreadable

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


def refuse_new_contacts(row: Any) -> None:
    """Raise ValidationError if an email or phone that the row gets must not come in.

    A contact that it has keeps: it may be shared with the person who was erased.
    """
    new = {text: name for name, text in _contacts_of(row) if not _is_stored(row, name)}
    if found := find_suppressed(new):
        raise ValidationError({new[text]: SUPPRESSED for text in found})


def refuse_contacts(row: Any) -> None:
    """As `refuse_new_contacts`, of a deleted row that comes back."""
    if find_suppressed([text for _, text in _contacts_of(row)]):
        raise ValidationError(SUPPRESSED)


def _contacts_of(row: Any) -> Iterator[tuple[str, str]]:
    for name in ("email", "phone"):
        text = getattr(row, name)
        if text and not isinstance(text, Unreadable):
            yield name, text


def _is_stored(row: Any, name: str) -> bool:
    """By the blind index, which is that of the stored value until the row is saved."""
    index = row._meta.get_field(f"{name}_index")
    return bytes(getattr(row, index.attname)) in index.indexes(getattr(row, name))
