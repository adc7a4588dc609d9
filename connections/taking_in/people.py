"""Whose event it is: by ids, then email, then phone with the first name."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from django.db.models import QuerySet

from connections.items import Who
from connections.models import ExternalId, WaitWhy
from connections.taking_in.results import ItemSource
from leads import privacy
from leads.intake import values
from leads.models import Lead
from leads.services.matching import Directory
from leads.suppressed import find_suppressed
from medspa.postgres.written_query import Given, WrittenRows, is_one_of


@dataclass(frozen=True)
class FoundPerson:
    """What matching compares: cleaned, empty where nothing usable is known."""

    external_id: str = ""
    first_name: str = ""
    email: str = ""
    phone: str = ""

    @classmethod
    def of(cls, who: Who) -> "FoundPerson":
        return cls(
            external_id=_read(values.read_contact_id, who.external_id),
            first_name=privacy.keep_given_name(who.first_name),
            email=_read(values.read_email, who.email),
            phone=_read(values.read_phone, who.phone),
        )

    @property
    def contacts(self) -> tuple[str, ...]:
        return (self.external_id, self.email, self.phone)


def _read(read: Callable[[str], str], text: str) -> str:
    if not text:
        return ""
    try:
        return read(text)
    except ValueError:
        return ""


class People:
    """The leads of some events, read from the database at once."""

    # A person said whose event it is.
    are_chosen = False

    def __init__(self, source: ItemSource, whos: Iterable[Who]) -> None:
        self.source = source
        self.persons = {who: FoundPerson.of(who) for who in whos}
        self._by_id = self._read_ids()
        self._directory = Directory()
        unknown = [one for who, one in self.persons.items() if not self._own(who)]
        self._directory.look_up(unknown, with_belongings=False)
        self._suppressed = find_suppressed(
            [contact for one in self.persons.values() for contact in one.contacts]
        )

    def _read_ids(self) -> Mapping[tuple[str, str], str]:
        values = {value for who in self.persons for _, value in who.ids}
        if not values:
            return {}
        found = _ids_of(self.source).filter(value__in=values, lead__deleted_at=None)
        return {
            (kind, value): lead_id
            for kind, value, lead_id in found.exclude(lead=None).values_list(
                "kind", "value", "lead_id"
            )
        }

    def _own(self, who: Who) -> str | None:
        return next((self._by_id[one] for one in who.ids if one in self._by_id), None)

    def is_suppressed(self, who: Who) -> bool:
        """The person was erased and must not come in again."""
        return bool(self._suppressed.intersection(self.persons[who].contacts))

    def find(self, who: Who) -> str | None:
        """The id of an active lead."""
        if own := self._own(who):
            return own
        known = self._directory.find(self.persons[who])
        return known.id if known and not known.is_deleted else None

    def why_not(self, who: Who) -> WaitWhy:
        phone = self.persons[who].phone
        several = len(self._directory.with_phone(phone)) > 1 if phone else False
        return WaitWhy.SEVERAL if several else WaitWhy.NOBODY

    def remember(self, found: Iterable[tuple[Who, str]]) -> None:
        """From now on the other system's ids find these leads."""
        rows = {
            (kind, value): lead_id
            for who, lead_id in found
            for kind, value in who.ids
            if (kind, value) not in self._by_id
        }
        if not rows:
            return
        ExternalId.objects.bulk_create(
            [
                ExternalId(
                    system=self.source.system,
                    account=self.source.account,
                    kind=kind,
                    value=value,
                    lead_id=lead_id,
                )
                for (kind, value), lead_id in rows.items()
            ],
            ignore_conflicts=True,
        )


def _ids_of(source: ItemSource) -> QuerySet[ExternalId]:
    return ExternalId.objects.filter(system=source.system, account=source.account)


def lock_ids(ids: Iterable[str]) -> set[str]:
    """As `lock_leads`, for who needs no more of the leads than their ids."""
    return {row["id"] for row in _locked_ids().read(ids=list(set(ids)))}


@cache
def _locked_ids() -> WrittenRows:
    active = Lead.objects.select_for_update(no_key=True)
    return WrittenRows(
        active.filter(is_one_of("pk", Given("ids"))).order_by("pk").values("id")
    )


def lock_leads(ids: Iterable[str]) -> dict[str, Lead]:
    """The active leads, locked in the order of their ids until the transaction ends."""
    active = Lead.objects.select_for_update(no_key=True).filter(pk__in=set(ids))
    return {lead.pk: lead for lead in active.order_by("pk")}
