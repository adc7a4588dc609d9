"""Which known lead an incoming person is: by external id, then email, then phone.

Every import and API call uses this. Email and phone are found by their blind indexes,
with one query for each kind and any number of people. A phone alone makes nobody the
same: the first names must agree. A deleted lead is found only by its external id, and
only while no other lead is the person. For a merged lead, the lead that it was merged
into is found.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, Protocol

from django.db import connection

from leads.choices import ActivityType
from leads.contact import email_key, is_same_phone, phone_key
from leads.models import ContactPoint, Lead, LeadMerge
from medspa.encryption.fields import surviving_damage
from medspa.postgres.sql_files import sql
from medspa.postgres.written_query import SqlRows, array_of, array_of_bytes

CANDIDATES = sql("leads", "matching", "candidates")
WAYS = {
    "ids": sql("leads", "matching", "by_contact_id"),
    "emails": sql("leads", "matching", "by_email"),
    "phones": sql("leads", "matching", "by_phone"),
}
BELONGINGS = sql("leads", "matching", "belongings")


class Named(Protocol):
    @property
    def first_name(self) -> str: ...


class Identity(Named, Protocol):
    """What a person can be recognized by; empty where it is not known."""

    @property
    def external_id(self) -> str: ...
    @property
    def email(self) -> str: ...
    @property
    def phone(self) -> str: ...


@dataclass(slots=True, eq=False)
class Known:
    """A lead that exists already, with what an incoming person may change of it."""

    id: str
    external_id: str = ""
    first_name: str = ""
    email: str = ""
    phone: str = ""
    campaign_id: str = ""
    ad_platform: str = ""
    assigned_to_id: str = ""
    is_deleted: bool = False
    has_opportunity: bool = False
    # The keys of further emails, and further phones.
    further: set[str] = field(default_factory=set)
    tag_ids: set[str] = field(default_factory=set)
    submitted_at: set[datetime] = field(default_factory=set)


# Whoever called and left no name is called so until somebody says the name.
CALLER = "Caller"


class Directory:
    """The known leads that incoming people may be."""

    def __init__(self) -> None:
        self._by_id: dict[str, Known] = {}
        self._by_external_id: dict[str, Known] = {}
        self._by_email: dict[str, list[Known]] = {}
        self._by_phone: dict[str, list[Known]] = {}

    def look_up(
        self, people: Iterable[Identity], *, with_belongings: bool = True
    ) -> None:
        """Read from the database every lead that one of `people` may be.

        Who only asks who somebody is needs no tags, opportunities and forms.
        """
        with surviving_damage():
            fresh = self._look_up(people)
        if fresh and with_belongings:
            _read_belongings(fresh)

    def _look_up(self, people: Iterable[Identity]) -> dict[str, Known]:
        found = {lead.id: lead for lead in _candidates(list(people))}
        found |= {lead.id: lead for lead in _holders_now(found.values())}
        survivors = _survivors(lead.id for lead in found.values() if lead.is_deleted)
        found |= {lead.id: lead for lead in survivors.values()}
        # Sorted by age: of several matches the oldest is taken.
        fresh = {
            lead.id: _known(lead)
            for lead in sorted(
                found.values(), key=lambda lead: (lead.created_at, lead.id)
            )
            if lead.id not in self._by_id
        }
        _read_further(
            {pk: one for pk, one in fresh.items() if _may_have_further(found[pk])}
        )
        for known in fresh.values():
            self.add(known)
        for merged_id, survivor in survivors.items():
            alias = found[merged_id].external_id
            if alias:
                self._by_external_id[alias] = self._by_id[survivor.id]
        return fresh

    def add(self, known: Known) -> None:
        """Let people be compared with `known`, or with its new contact data."""
        self._by_id[known.id] = known
        if known.external_id:
            self._by_external_id[known.external_id] = known
        if known.is_deleted:
            return
        for index, text in (
            (self._by_email, email_key(known.email)),
            (self._by_phone, phone_key(known.phone)),
            *((self._by_email, key) for key in known.further),
            *((self._by_phone, phone_key(key)) for key in known.further),
        ):
            if text and known not in (holders := index.setdefault(text, [])):
                holders.append(known)

    def find(self, person: Identity) -> Known | None:
        """The lead that this is, the oldest where several share a contact."""
        by_id = self._by_external_id.get(person.external_id)
        if by_id and not by_id.is_deleted:
            return by_id
        return self._find_by_contact(person) or by_id

    def _find_by_contact(self, person: Identity) -> Known | None:
        for known in self._by_email.get(email_key(person.email), ()):
            if _same_contact_id(known, person):
                return known
        by_phone = self.with_phone(person.phone)
        for known in by_phone:
            if _same_contact_id(known, person) and (
                names_agree(known, person)
                # A row without a name is whoever has the phone, if only one has it,
                # and a caller without a name is whoever comes with it next.
                or (is_nameless(known, person) and len(by_phone) == 1)
            ):
                return known
        return None

    def with_email(self, email: str) -> Sequence[Known]:
        """The leads that are not deleted and have this address, the oldest first."""
        return self._by_email.get(email_key(email), ())

    def with_phone(self, phone: str) -> Sequence[Known]:
        return [
            known
            for known in self._by_phone.get(phone_key(phone), ())
            if any(is_same_phone(phone, one) for one in (known.phone, *known.further))
        ]

    def has_external_id(self, external_id: str) -> bool:
        """Whether a lead has it, a deleted one too."""
        return external_id in self._by_external_id


def _same_contact_id(known: Known, person: Identity) -> bool:
    """Two different GoHighLevel contacts are two people, even with the same address."""
    return not (
        known.external_id
        and person.external_id
        and known.external_id != person.external_id
    )


def names_agree(known: Named, person: Named) -> bool:
    """A phone number with another name is shared, by a family or an office."""
    return bool(person.first_name) and (
        person.first_name.casefold() == known.first_name.casefold()
    )


def is_nameless(known: Known, person: Identity) -> bool:
    return not person.first_name or known.first_name == CALLER


def is_somebody_else(known: Known, person: Identity) -> bool:
    """Both have name, email and phone, and all of these are different."""
    return (
        bool(person.first_name and person.email and person.phone)
        and bool(known.first_name and known.email and known.phone)
        and not names_agree(known, person)
        and email_key(known.email) != email_key(person.email)
        and not is_same_phone(known.phone, person.phone)
        and not {email_key(person.email), person.phone} & known.further
    )


def are_different_people(one: Lead, other: Lead) -> bool:
    """Two leads that have nothing in common, their further contacts included."""
    first, second = _known(one), _known(other)
    _read_further({one.pk: first, other.pk: second})
    return is_somebody_else(first, second) and is_somebody_else(second, first)


def _candidates(people: list[Identity]) -> Iterable[Lead]:
    """All leads that one of the people may be."""
    return _read_candidates(
        ids={person.external_id for person in people} - {""},
        emails={person.email for person in people},
        phones={person.phone for person in people},
    )


def _read_candidates(
    *, ids: Collection[str] = (), emails: set[str], phones: Collection[str] = ()
) -> Iterable[Lead]:
    indexes = {
        "emails": _indexes("email_index", emails),
        "phones": _indexes("phone_index", phones),
    }
    given: dict[str, Any] = {"ids": array_of(ids)} if ids else {}
    given |= {way: array_of_bytes(found) for way, found in indexes.items() if found}
    ways = tuple(given)
    return _candidates_by(ways).rows(given) if ways else []


@cache
def _candidates_by(ways: Sequence[str]) -> SqlRows[Lead]:
    """Each way by its name; of email and phone only active leads."""
    found = "\n    UNION ALL\n".join(WAYS[way] for way in ways)
    return SqlRows(Lead, CANDIDATES.format(ways=found))


def _holders_now(leads: Iterable[Lead]) -> Iterable[Lead]:
    """Who has the email of a deleted lead among `leads` now."""
    return _read_candidates(emails={lead.email for lead in leads if lead.is_deleted})


def _survivors(deleted_ids: Iterable[str]) -> dict[str, Lead]:
    """Merged lead → the lead it is part of now, also after several merges."""
    survivors: dict[str, Lead] = {}
    unresolved = {lead_id: lead_id for lead_id in deleted_ids}
    while unresolved:
        merges = LeadMerge.objects.standing().filter(merged__in=unresolved.values())
        into = {merge.merged_id: merge for merge in merges.select_related("survivor")}
        steps = {
            lead_id: into[at].survivor
            for lead_id, at in unresolved.items()
            if at in into
        }
        survivors |= steps
        unresolved = {
            lead_id: lead.id for lead_id, lead in steps.items() if lead.is_deleted
        }
    return survivors


def _indexes(column: str, texts: Iterable[str]) -> list[bytes]:
    index: Any = Lead._meta.get_field(column)
    return [value for text in texts if text for value in index.indexes(text)]


def _known(lead: Lead) -> Known:
    return Known(
        id=lead.id,
        external_id=lead.external_id or "",
        first_name=lead.first_name,
        email=lead.email,
        phone=lead.phone,
        campaign_id=lead.campaign_id or "",
        ad_platform=lead.ad_platform,
        assigned_to_id=lead.assigned_to_id or "",
        is_deleted=lead.is_deleted,
    )


def _may_have_further(lead: Lead) -> bool:
    """What the candidates say; one that others were merged into wasn't asked."""
    return getattr(lead, "has_further", True)


def _read_further(leads: dict[str, Known]) -> None:
    """The further emails and phones of all `leads`."""
    if not leads:
        return
    points = ContactPoint.objects.filter(lead__in=leads).order_by()
    for point in points.only("lead_id", "email", "phone"):
        key = email_key(point.email) or point.phone
        leads[point.lead_id].further.add(key)


def _read_belongings(leads: dict[str, Known]) -> None:
    """Tags, opportunities and forms of all `leads`."""
    with connection.cursor() as cursor:
        parameters: dict[str, Any] = {"leads": list(leads)}
        parameters["form"] = ActivityType.FORM_SUBMIT.value
        cursor.execute(BELONGINGS, parameters)
        for lead_id, tag_id, submitted_at in cursor.fetchall():
            known = leads[lead_id]
            if tag_id:
                known.tag_ids.add(tag_id)
            elif submitted_at:
                known.submitted_at.add(submitted_at)
            else:
                known.has_opportunity = True
