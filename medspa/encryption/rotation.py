"""Sealing every encrypted value anew under the newest key.

A value says in its header which key sealed it, so what is done is seen in the rows
themselves: an interrupted rotation goes on where it stopped. The text does not
change, and with it neither history nor `updated_at` nor a blind index.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import Func, Q, QuerySet

from medspa.encryption.ciphers import KEY_ID_LENGTH, VERSION, DecryptionError
from medspa.encryption.fields import EncryptedField, Sealed, key_ring

ROWS_PER_STEP = 1000


class KeyId(Func):
    """The id of the key that sealed the column's value; empty for an empty one."""

    template = f"substr(%(expressions)s, {len(VERSION) + 1}, {KEY_ID_LENGTH})"
    output_field = models.BinaryField()
    arity = 1


@dataclass
class Tally:
    """Rows that were sealed anew, and rows that none of our keys opens."""

    resealed: int = 0
    unreadable: int = 0


def sealed_models() -> list[type[models.Model]]:
    """Every table with an encrypted column, history included."""
    return [model for model in apps.get_models() if _sealed_fields(model)]


def stale_rows(model: type[models.Model]) -> QuerySet[Any]:
    """The rows that hold a value under another key than the newest."""
    newest = key_ring().newest_key_id
    is_stale = Q()
    for field in _sealed_fields(model):
        is_stale |= ~Q(**{f"{field.name}_key__in": [b"", newest]})
    keys = {f"{field.name}_key": KeyId(field.name) for field in _sealed_fields(model)}
    return model._base_manager.alias(**keys).filter(is_stale).order_by("pk")


def reseal(
    model: type[models.Model],
    on_rows: Callable[[int], object] = lambda count: None,
    rows_per_step: int = ROWS_PER_STEP,
) -> Tally:
    """Seal the stale rows of one table anew; each step is a transaction.

    A save that began before its row's turn may bring old bytes back, so the table is
    gone through again until nothing is left to do. `on_rows` hears of each step's rows.
    """
    tally = Tally()
    while True:
        one_pass = _pass(model, on_rows, rows_per_step)
        tally.resealed += one_pass.resealed
        tally.unreadable = one_pass.unreadable
        if not one_pass.resealed:
            return tally


def _pass(
    model: type[models.Model], on_rows: Callable[[int], object], rows_per_step: int
) -> Tally:
    tally, rows = Tally(), stale_rows(model)
    while step := _step(model, rows[:rows_per_step]):
        for _, is_readable in step:
            tally.resealed += is_readable
            tally.unreadable += not is_readable
        on_rows(len(step))
        rows = stale_rows(model).filter(pk__gt=step[-1][0])
    return tally


@transaction.atomic
def _step(model: type[models.Model], rows: QuerySet[Any]) -> list[tuple[Any, bool]]:
    """Lock `rows` and seal them anew; the primary keys, and whether all opened.

    A concurrent save comes wholly before or wholly after: the locks wait for it and
    then read what it wrote.
    """
    fields = _sealed_fields(model)
    names = [field.name for field in fields]
    locked = list(rows.select_for_update(no_key=True).only("id", *names))
    opened = [(row.pk, _sealed_anew(row, fields)) for row in locked]
    if sealed := [(pk, values) for pk, values in opened if values is not None]:
        _store(model, sealed)
    return [(pk, values is not None) for pk, values in opened]


def _sealed_anew(
    row: models.Model, fields: list[EncryptedField]
) -> list[Sealed] | None:
    """The values of `fields` under the newest key; None when one does not open."""
    try:
        texts = [getattr(row, field.attname) for field in fields]
    except DecryptionError:
        return None
    return [
        Sealed(key_ring().seal(text, field.place(row)) if text else b"")
        for field, text in zip(fields, texts, strict=True)
    ]


def _store(model: type[models.Model], rows: list[tuple[Any, list[Sealed]]]) -> None:
    """One statement a step: the triggers on the table fire once for all its rows."""
    quote = connection.ops.quote_name
    key = model._meta.pk
    columns = [quote(str(field.column)) for field in _sealed_fields(model)]
    arrays = [f"%s::{key.rel_db_type(connection)}[]", *["%s::bytea[]"] * len(columns)]
    sealed = zip(
        *([bytes(value) for value in values] for _, values in rows), strict=True
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {quote(model._meta.db_table)} stored "  # noqa: S608
            f"SET {', '.join(f'{column} = fresh.{column}' for column in columns)} "
            f"FROM unnest({', '.join(arrays)}) AS fresh (pk, {', '.join(columns)}) "
            f"WHERE stored.{quote(str(key.column))} = fresh.pk",
            [[pk for pk, _ in rows], *map(list, sealed)],
        )


def _sealed_fields(model: type[models.Model]) -> list[EncryptedField]:
    return [field for field in model._meta.fields if isinstance(field, EncryptedField)]
