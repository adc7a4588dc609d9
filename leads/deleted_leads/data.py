"""The deleted leads by the day they were deleted, and apart the merged ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, QuerySet

from leads.models import Lead, LeadMerge
from leads.models.lead_queries import named_like
from leads.search import Search, SearchKind
from medspa.audit.deletions import Deletion, deletions_of
from medspa.clinic_time import clinic_zone, local_date, read_day, start_of_day
from medspa.postgres.keyset import Cursor
from medspa.postgres.keyset_page import KeysetPage, read_keyset_page
from medspa.postgres.written_query import is_one_of
from medspa.reading.parameters import read_texts

LAST_DAY = date(2100, 12, 31)


@dataclass(frozen=True)
class DeletedLeadsFilter:
    """`until` is the latest day of deletion that is asked for."""

    q: str = ""
    is_merged: bool = False
    until: date | None = None
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def query(self) -> str:
        return urlencode(self.texts)

    @property
    def is_used(self) -> bool:
        return bool(self.q or self.until)


@dataclass(frozen=True)
class DeletedLead:
    """A deleted lead; `merge` is what merged it, if anything."""

    lead: Lead
    actor: str
    reason: str = ""
    merge: LeadMerge | None = None

    @property
    def contact(self) -> str:
        return self.lead.phone_for_people or self.lead.email

    @property
    def may_unmerge(self) -> bool:
        merge = self.merge
        return bool(merge and merge.can_be_undone and not merge.survivor.is_deleted)


@dataclass(frozen=True)
class DeletedDay:
    """The leads that were deleted or merged on one day of the clinic."""

    day: date
    leads: Sequence[DeletedLead]


@dataclass(frozen=True)
class DeletedPage:
    """One page of the list; `looked` as in `KeysetPage`."""

    days: Sequence[DeletedDay]
    following: Cursor | None
    looked: int


def read_deleted_filter(asked: Mapping[str, str]) -> DeletedLeadsFilter:
    texts = read_texts(asked, ("merged", "q", "to"))
    until = read_day(texts.get("to", ""))
    return DeletedLeadsFilter(
        texts.get("q", ""),
        texts.get("merged") == "yes",
        until if until and until < LAST_DAY else None,
        texts,
    )


def read_deleted_page(filters: DeletedLeadsFilter, after: Cursor | None) -> DeletedPage:
    return (_merged_page if filters.is_merged else _deleted_page)(filters, after)


def _deleted_page(filters: DeletedLeadsFilter, after: Cursor | None) -> DeletedPage:
    deleted = _until(Lead.all_objects.deleted(), "deleted_at", filters)
    merged = LeadMerge.objects.standing().filter(merged=OuterRef("pk"))
    rows, every = _found(deleted, "", filters)
    rows = rows.filter(~Exists(merged))
    found = read_keyset_page(rows, "deleted_at", after, every=every)
    deletions = deletions_of(Lead, found.rows)
    return _by_day(
        found,
        [
            (lead.deleted_at, _deleted(lead, deletions.get(lead.pk)))
            for lead in found.rows
        ],
    )


def _deleted(lead: Lead, deletion: Deletion | None) -> DeletedLead:
    if deletion is None:
        return DeletedLead(lead, "")
    return DeletedLead(lead, deletion.actor, deletion.reason)


def _merged_page(filters: DeletedLeadsFilter, after: Cursor | None) -> DeletedPage:
    merges = _until(LeadMerge.objects.standing(), "merged_at", filters)
    rows, every = _found(merges, "merged__", filters)
    rows = rows.select_related("merged", "survivor", "merged_by")
    found = read_keyset_page(rows, "merged_at", after, every=every)
    return _by_day(
        found,
        [
            (row.merged_at, DeletedLead(row.merged, str(row.merged_by or ""), "", row))
            for row in found.rows
        ],
    )


def _until(rows: QuerySet, column: str, filters: DeletedLeadsFilter) -> Any:
    if filters.until is None:
        return rows
    ends = start_of_day(filters.until + timedelta(days=1), clinic_zone())
    return rows.filter(**{f"{column}__lt": ends})


def _found(
    rows: QuerySet, path: str, filters: DeletedLeadsFilter
) -> tuple[QuerySet, QuerySet | None]:
    """Those of the searched leads, and among which of the rows to look for them.

    `path` leads from a row to its deleted lead. Contacts have indexes, which find all
    of theirs at once. The index of names has no deleted leads, so names are compared
    row by row.
    """
    if not filters.q:
        return rows, rows
    search = Search.read(filters.q)
    if search.kind is SearchKind.NAME:
        return named_like(rows, f"{path}first_name", search.text), rows
    deleted = Lead.all_objects.deleted().order_by()
    if search.kind is SearchKind.LAST_DIGITS:
        digits = deleted.read_last_digits(search.text, among=deleted)
        leads = deleted.filter(is_one_of("pk", digits.leads))
    else:
        leads = deleted.search(filters.q)
    return rows.filter(**{f"{path}pk__in": leads.values("pk")}), None


def _by_day(found: KeysetPage, rows: Sequence[Any]) -> DeletedPage:
    zone = clinic_zone()
    days = groupby(rows, key=lambda row: local_date(row[0], zone))
    return DeletedPage(
        [DeletedDay(day, [lead for _, lead in leads]) for day, leads in days],
        found.following,
        found.looked,
    )
