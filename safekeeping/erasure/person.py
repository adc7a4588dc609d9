"""Which leads are one person, and by which names and contacts they were known."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from leads.contact import email_key, phone_key
from leads.models import ContactPoint, Lead, LeadMerge
from leads.models.lead import ERASED_NAME
from medspa.encryption.fields import Unreadable, surviving_damage


@dataclass(frozen=True)
class PersonIdentity:
    """What a person was called and reached by, now or at any time.

    Emails and phones are normalized, as they are compared.
    """

    names: set[str] = field(default_factory=set)
    emails: set[str] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)
    external_ids: set[str] = field(default_factory=set)

    def add(self, row: Any) -> None:
        """What a lead, a contact point or a history row of one says."""
        name = getattr(row, "first_name", "")
        if name and name != ERASED_NAME:
            self.names.add(name)
        if external_id := getattr(row, "external_id", None):
            self.external_ids.add(external_id)
        if row.email and not isinstance(row.email, Unreadable):
            self.emails.add(email_key(row.email))
        if row.phone and not isinstance(row.phone, Unreadable):
            self.phones.add(phone_key(row.phone))

    @property
    def contacts(self) -> set[str]:
        return self.emails | self.phones | self.external_ids

    def without(self, other: "PersonIdentity") -> "PersonIdentity":
        """The contacts that are not the other's, too."""
        return PersonIdentity(
            emails=self.emails - other.emails, phones=self.phones - other.phones
        )

    def has_contact_of(self, row: Any) -> bool:
        """Whether a row holds one of these emails or phones."""
        return (bool(row.email) and email_key(row.email) in self.emails) or (
            bool(row.phone) and phone_key(row.phone) in self.phones
        )


def lead_ids_of(lead_id: str) -> list[str]:
    """The lead and all that are merged with it, over any number of merges."""
    known = {lead_id}
    while True:
        merges = LeadMerge.objects.standing().filter(
            Q(survivor__in=known) | Q(merged__in=known)
        )
        pairs = merges.order_by().values_list("survivor", "merged")
        found = known.union(*(set(pair) for pair in pairs))
        if found == known:
            return sorted(known)
        known = found


def former_partners(ids: Sequence[str]) -> list[str]:
    """Other people's leads that were merged with one of `ids`, and are not any more."""
    undone = LeadMerge.objects.filter(
        Q(survivor__in=ids) | Q(merged__in=ids), undone_at__isnull=False
    )
    pairs = undone.order_by().values_list("survivor", "merged")
    return sorted({pk for pair in pairs for pk in pair} - set(ids))


def identity_of(ids: Iterable[str]) -> PersonIdentity:
    """By rows and their history; what can't be decrypted can't be compared either."""
    identity = PersonIdentity()
    with surviving_damage():
        for row in _known_rows(list(ids)):
            identity.add(row)
    return identity


def _known_rows(ids: list[str]) -> Iterator[Any]:
    yield from Lead.all_objects.filter(pk__in=ids).order_by()
    yield from Lead.history.filter(id__in=ids).order_by()
    yield from ContactPoint.all_objects.filter(lead__in=ids).order_by()
    yield from ContactPoint.history.filter(lead__in=ids).order_by()
