"""How leads are found: by contact, by name, and for whom."""

from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple, Self

from django.apps import apps
from django.db import models
from django.db.models import Func, Value
from django.db.models.functions import Concat

from leads.search import Search, SearchKind
from medspa.encryption.fields import surviving_damage
from medspa.postgres.written_query import Given, WrittenQuery, is_one_of
from medspa.soft_deletion import ActiveManager, SoftDeletionQuerySet

# After every name that begins with a text, in the order of the index.
LAST_CHARACTER = "\U0010ffff"
# Numbers with the same last four digits that a search decrypts. Of a million leads
# about a hundred share them.
SUFFIXES_READ = 1_000


class Folded(Func):
    """A name as search and order compare it: without case, accents and apostrophes.

    `leads_fold` in `leads/sql/triggers.sql` is the one folding, for index and query.
    """

    function = "leads_fold"
    template = '%(function)s(%(expressions)s) COLLATE "C"'
    output_field = models.TextField()
    arity = 1


class IsGivenName(Func):
    """What `leads.privacy` lets in; `leads/sql/triggers.sql` has the function."""

    function = "leads_is_given_name"
    output_field = models.BooleanField()
    arity = 1


def _contact_points() -> Any:
    return apps.get_model("leads", "ContactPoint").objects.all()


def blind_indexes(column: str, text: str) -> list[bytes]:
    """What a column of blind indexes may have for the text."""
    field: Any = apps.get_model("leads", "Lead")._meta.get_field(column)
    return list(field.indexes(text))


def _indexed(rows: Any, column: str, text: str | Given) -> Any:
    """The rows whose blind index is that of the text, or one of the `Given`."""
    if isinstance(text, Given):
        found = rows.filter(is_one_of(column, text))
    else:
        field: Any = rows.model._meta.get_field(column)
        found = rows.filter(**{f"{column}__in": field.indexes(text)})
    # The indexes leave empty values out, so the query has to do so to use them.
    return found.exclude(**{column: b""})


def named_like(rows: Any, path: str, prefix: str | Given) -> Any:
    """The rows whose first name, at the end of `path`, begins with `prefix`."""
    key = Folded(prefix if isinstance(prefix, Given) else Value(prefix))
    return rows.alias(name_key=Folded(path)).filter(
        name_key__gte=key, name_key__lt=Concat(key, Value(LAST_CHARACTER))
    )


def _with_last_four(leads: Any, text: str | Given) -> tuple[Any, Any]:
    """Of the leads, and of all further contacts, those whose numbers end so."""
    rows = leads.only("phone"), _contact_points().only("lead", "phone")
    of_leads, points = (
        _indexed(every.order_by(), "phone_last4_index", text) for every in rows
    )
    return of_leads, points


@cache
def _by_last_four(most: int) -> "list[WrittenQuery[Any]]":
    """The same of every lead, written once per process."""
    every = apps.get_model("leads", "Lead").all_objects.all()
    rows = _with_last_four(every, Given("indexes"))
    return [WrittenQuery(found[:most], is_prepared=False) for found in rows]


class LastDigits(NamedTuple):
    """The leads found by digits; `is_cut` if not all numbers were compared."""

    leads: list[str]
    is_cut: bool


class LeadQuerySet(SoftDeletionQuerySet):
    def visible_to(self, person: Any) -> Self:
        """The leads that the person may open: deleted ones only to restore them."""
        if not person.has_perm("leads.view_lead"):
            return self.none()
        return self if person.has_perm("leads.restore_lead") else self.active()

    @property
    def _all(self) -> Any:
        """Every lead, deleted ones too."""
        model: Any = self.model
        return model.all_objects

    def with_email(self, email: str) -> Self:
        """Leads with this address, however its letters are cased."""
        return self._with("email_index", email)

    def with_phone(self, phone: str) -> Self:
        """Leads with this number, given as E.164."""
        return self._with("phone_index", phone)

    def with_last_four(self, digits: str) -> Self:
        return self._with("phone_last4_index", digits)

    def with_last_digits(self, digits: str) -> Self:
        """Leads whose number ends with these digits, more than four; few at most."""
        return self.filter(is_one_of("pk", self.read_last_digits(digits).leads))

    def read_last_digits(self, digits: str, among: Any = None) -> "LastDigits":
        """The ids of leads whose number ends with these digits, more than four.

        Only the last four have an index. The few numbers that it leaves are decrypted
        here, at once; with `among`, only those of these leads.
        """
        most = SUFFIXES_READ + 1
        with surviving_damage():
            if among is None:
                indexes = blind_indexes("phone_last4_index", digits[-4:])
                leads, points = (
                    query.every(indexes=indexes) for query in _by_last_four(most)
                )
            else:
                leads, points = _with_last_four(among, digits[-4:])
                points = points.filter(lead__in=among.values("pk"))[:most]
                leads = leads[:most]
            numbers = [(lead.pk, lead.phone) for lead in leads]
            numbers += [(point.lead_id, point.phone) for point in points]
        found = {pk for pk, text in numbers[:SUFFIXES_READ] if text.endswith(digits)}
        return LastDigits([*found], len(numbers) > SUFFIXES_READ)

    def _with(self, column: str, text: str) -> Self:
        return self.filter(pk__in=self.ids_with([(column, text)]))

    def ids_with(self, values: Iterable[tuple[str, str | Given]]) -> Any:
        """As `pk`, the leads with one of the values as their own or a further contact.

        A value is a column (`email_index`, `phone_index`, `phone_last4_index`) and what
        it has: a text, or `Given` for its `blind_indexes`. By each table's index: with
        OR PostgreSQL would use neither.
        """
        found = [
            ids
            for column, text in values
            for ids in (
                _indexed(self._all.order_by(), column, text).values("pk"),
                _indexed(_contact_points().order_by(), column, text).values("lead"),
            )
        ]
        return found[0].union(*found[1:], all=True)

    def parts_with(self, column: str, index: Given) -> tuple[Self, Self]:
        """Those whose own blind index it is, and those who have it as a further one.

        Each part is found by one index, in the order that this index has.
        """
        of_value: dict[str, Any] = {column: index}
        own = self.filter(**of_value).exclude(**{column: b""})
        points = _contact_points().filter(**of_value).exclude(**{column: b""})
        return own, self.filter(pk__in=points.order_by().values("lead"))

    def named_like(self, prefix: str | Given) -> Self:
        """Leads whose first name begins with `prefix`; uses the name index.

        Accents, apostrophes and case make no difference: see `Folded`.
        """
        return named_like(self, "first_name", prefix)

    def search(self, text: str) -> Self:
        """By the typed email, phone, last digits, or start of a name."""
        search = Search.read(text)
        match search.kind:
            case SearchKind.EMAIL:
                return self.with_email(search.text)
            case SearchKind.PHONE:
                return self.with_phone(search.text)
            case SearchKind.LAST_FOUR:
                return self.with_last_four(search.text)
            case SearchKind.LAST_DIGITS:
                return self.with_last_digits(search.text)
            case SearchKind.NAME:
                return self.named_like(search.text)
            case SearchKind.NOTHING:
                return self.none()
        return self


class LivingLeadManager(ActiveManager.from_queryset(LeadQuerySet)):  # type: ignore[misc]
    """Only leads that are not deleted."""


class OfLead:
    """A query set of rows that belong to a lead; `lead_path` leads from them to it."""

    lead_path = "lead"

    def visible_to(self: Any, person: Any) -> Any:
        """Nothing of a lead that the person may not open; see the lead's own."""
        if person.has_perm("leads.restore_lead"):
            return self
        return self.filter(**{f"{self.lead_path}__deleted_at": None})


class OfLeadQuerySet(OfLead, models.QuerySet):
    """Rows that belong to a lead and stay as long as it does."""


class LeadRecordQuerySet(OfLead, SoftDeletionQuerySet):
    """Rows that belong to a lead and can be deleted by themselves."""


class ActiveLeadRecordManager(ActiveManager.from_queryset(LeadRecordQuerySet)):  # type: ignore[misc]
    """Only the rows that are not deleted themselves."""
