"""Ids that an earlier version stored in plain text become fingerprints.

By a migration, and again when the worker starts: the version before may have stored
some until then. Each page of rows is a transaction; a run that was stopped goes on.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from connections.door_parts.foreign_ids import (
    FINGERPRINT,
    GOHIGHLEVEL,
    ID_KINDS,
    stored_id,
)

ROWS_IN_A_PAGE = 300
IS_FINGERPRINT = f"^{FINGERPRINT.pattern}$"
# What a file puts behind an id: the number of a repeated row, and what was refunded.
ID_PARTS = re.compile(
    r"(?P<id>.+?)(?P<number>:\d{1,5})?(?P<refund>:refunded:\d{1,12})?"
)
OTHER_KIND = "other"
GetModel = Callable[[str, str], Any]


def fingerprint_stored_ids(get_model: GetModel) -> None:
    """Of all systems but GoHighLevel; nothing is done where all are fingerprints."""
    external_ids, outcomes, waiting = (
        get_model("connections", name).objects
        for name in ("ExternalId", "ItemOutcome", "UnmatchedEvent")
    )
    plain = external_ids.exclude(system=GOHIGHLEVEL).exclude(
        value__regex=IS_FINGERPRINT
    )
    repeated = _repeated(external_ids, plain)

    def fresh(text: str) -> str:
        parts = _parts(text)
        refund = parts["refund"] or ""
        if parts["number"] and text not in repeated:
            return stored_id(f"{parts['id']}{parts['number']}") + refund
        return stored_id(parts["id"]) + (parts["number"] or "") + refund

    _forget_kinds(plain)
    _rewrite(_outcomes_of_others(outcomes, external_ids, waiting), ["object_id"], fresh)
    unknown = ~Q(object_id__regex=IS_FINGERPRINT) | (
        ~Q(parent_id="") & ~Q(parent_id__regex=IS_FINGERPRINT)
    )
    events = waiting.filter(unknown).exclude(system=GOHIGHLEVEL)
    _rewrite(events, ["object_id", "parent_id"], fresh)
    _rewrite(plain, ["value"], fresh)


def _parts(text: str) -> dict[str, str]:
    match = ID_PARTS.fullmatch(text)
    return match.groupdict() if match else {"id": text, "number": "", "refund": ""}


def _repeated(external_ids: Any, plain: Any) -> set[str]:
    """The ids whose ending is the number of a row: the first row's id is there, too."""
    numbered = set(
        plain.filter(value__regex=r":\d{1,5}(:refunded:\d+)?$")
        .order_by()
        .values_list("value", flat=True)
    )
    first = {text: _parts(text)["id"] for text in numbered}
    asked = {*first.values(), *map(stored_id, first.values())}
    there = external_ids.filter(value__in=asked).order_by()
    known = set(there.values_list("value", flat=True))
    return {text for text, of in first.items() if of in known or stored_id(of) in known}


def _forget_kinds(plain: Any) -> None:
    """The name of a kind that isn't taken in any more says something, too."""
    of_people = plain.filter(system="connect").exclude(lead=None)
    for row in of_people.exclude(kind__in=ID_KINDS):
        row.value, row.kind = stored_id(f"{row.kind}\0{row.value}"), OTHER_KIND
        row.save(update_fields=["kind", "value"])


def _outcomes_of_others(outcomes: Any, external_ids: Any, waiting: Any) -> Any:
    """Those of a file don't name its system: not those with an id of GoHighLevel's."""
    theirs = external_ids.filter(system=GOHIGHLEVEL).values("value")
    waits = waiting.filter(system=GOHIGHLEVEL).values("object_id")
    plain = outcomes.exclude(object_id="").exclude(object_id__regex=IS_FINGERPRINT)
    return plain.filter(
        Q(connection=None) & ~Q(object_id__in=theirs) & ~Q(object_id__in=waits)
        | Q(connection__isnull=False) & ~Q(connection__door=GOHIGHLEVEL)
    )


def _rewrite(rows: Any, names: Sequence[str], fresh: Callable[[str], str]) -> None:
    after = ""
    while page := list(rows.filter(pk__gt=after).order_by("pk")[:ROWS_IN_A_PAGE]):
        for row in page:
            for name in names:
                text = getattr(row, name)
                if text and not FINGERPRINT.fullmatch(text):
                    setattr(row, name, fresh(text))
        try:
            with transaction.atomic():
                rows.model.objects.bulk_update(page, names)
        except IntegrityError:
            _store_each(page, names)
        after = page[-1].pk


def _store_each(page: Sequence[Any], names: Sequence[str]) -> None:
    """One that is there already by its fingerprint is found by that one."""
    for row in page:
        try:
            with transaction.atomic():
                row.save(update_fields=names)
        except IntegrityError:
            setattr(row, names[0], stored_id(f"{getattr(row, names[0])}\0{row.pk}"))
            row.save(update_fields=names)
