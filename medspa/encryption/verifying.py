"""Opening every encrypted value, and comparing every blind index with its value."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models

from medspa.encryption.ciphers import DecryptionError
from medspa.encryption.key_checks import blind_fields
from medspa.encryption.rotation import ROWS_PER_STEP, encrypted_fields

DOES_NOT_OPEN = "does not open"
WRONG_INDEX = "is not the index of its value"
OLD_INDEX = "is indexed with an older key"


@dataclass(frozen=True)
class Finding:
    """What is wrong with a column of a row."""

    table: str
    pk: str
    column: str
    what: str

    def __str__(self) -> str:
        return f"{self.table} {self.pk}: {self.column} {self.what}"


def findings(
    model: type[models.Model], on_rows: Callable[[int], object] = lambda count: None
) -> Iterator[Finding]:
    """Everything that is wrong in one table, in the order of its keys."""
    for rows in pages(model):
        for row in rows:
            yield from _of_row(row)
        on_rows(len(rows))


def findings_in(
    model: type[models.Model], after: Any, size: int
) -> tuple[list[Finding], int]:
    """What is wrong in the `size` rows behind `after`, and how many were read."""
    rows = next(pages(model, after, size=size), [])
    return [finding for row in rows for finding in _of_row(row)], len(rows)


def pages(
    model: type[models.Model], after: Any = None, *, size: int = ROWS_PER_STEP
) -> Iterator[list[Any]]:
    """All rows, `size` at a time; those that are added meanwhile behind come along."""
    names = [f.name for f in encrypted_fields(model)]
    names += [f.name for f in blind_fields(model)]
    rows = model._base_manager.order_by("pk").only("id", *names)
    while page := list((rows.filter(pk__gt=after) if after else rows)[:size]):
        yield page
        after = page[-1].pk


def _of_row(row: Any) -> Iterator[Finding]:
    texts: dict[str, str] = {}
    for field in encrypted_fields(type(row)):
        try:
            texts[field.attname] = getattr(row, field.attname)
        except DecryptionError:
            yield _finding(row, field, DOES_NOT_OPEN)
    for index in blind_fields(type(row)):
        if index.of not in texts:
            continue
        newest, *older = index.indexes(texts[index.of])
        stored = bytes(getattr(row, index.attname))
        if stored != newest:
            yield _finding(row, index, OLD_INDEX if stored in older else WRONG_INDEX)


def _finding(row: Any, field: Any, what: str) -> Finding:
    return Finding(row._meta.db_table, str(row.pk), field.column, what)
