"""Key rotation: every encrypted value is encrypted again under the newest key.

A value's header names its key, so the rows themselves show what is done, and an
interrupted rotation goes on where it stopped. The text does not change, so neither
does history, `updated_at` or a blind index.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import Func, Q, QuerySet

from medspa.audit.changing_history import reencrypt_history
from medspa.encryption.ciphers import FORMAT_VERSION, KEY_ID_LENGTH, DecryptionError
from medspa.encryption.fields import EncryptedBytes, EncryptedField, key_ring

ROWS_PER_STEP = 1000


class KeyId(Func):
    """The id of the key of the column's value; empty for an empty value."""

    template = f"substr(%(expressions)s, {len(FORMAT_VERSION) + 1}, {KEY_ID_LENGTH})"
    output_field = models.BinaryField()
    arity = 1


@dataclass
class RotationResult:
    """Rows that were encrypted again, and rows that none of our keys decrypts."""

    rotated: int = 0
    unreadable: int = 0


def encrypted_models() -> list[type[models.Model]]:
    """Every table with an encrypted column, history included."""
    return [model for model in apps.get_models() if encrypted_fields(model)]


def stale_rows(model: type[models.Model]) -> QuerySet[Any]:
    """The rows that hold a value under another key than the newest."""
    newest = key_ring().newest_key_id
    is_stale = Q()
    for field in encrypted_fields(model):
        is_stale |= ~Q(**{f"{field.name}_key__in": [b"", newest]})
    keys = {f"{field.name}_key": KeyId(field.name) for field in encrypted_fields(model)}
    return model._base_manager.alias(**keys).filter(is_stale).order_by("pk")


def rotate_keys(
    model: type[models.Model],
    on_rows: Callable[[int], object] = lambda count: None,
    rows_per_step: int = ROWS_PER_STEP,
) -> RotationResult:
    """Encrypt the stale rows of one table again; each step is a transaction.

    A save that began before its row's turn may write the old bytes back, so the table
    is read again until no row is stale. `on_rows` is called with each step's rows.
    """
    tally = RotationResult()
    while True:
        one_pass = _pass(model, on_rows, rows_per_step)
        tally.rotated += one_pass.rotated
        tally.unreadable = one_pass.unreadable
        if not one_pass.rotated:
            return tally


def _pass(
    model: type[models.Model], on_rows: Callable[[int], object], rows_per_step: int
) -> RotationResult:
    tally, rows = RotationResult(), stale_rows(model)
    while step := _step(model, rows[:rows_per_step]):
        for _, is_readable in step:
            tally.rotated += is_readable
            tally.unreadable += not is_readable
        on_rows(len(step))
        rows = stale_rows(model).filter(pk__gt=step[-1][0])
    return tally


@transaction.atomic
def _step(model: type[models.Model], rows: QuerySet[Any]) -> list[tuple[Any, bool]]:
    """Lock `rows` and encrypt them again; their keys, and whether each was readable.

    A concurrent save happens entirely before or after: the locks wait for it and then
    read what it wrote.
    """
    fields = encrypted_fields(model)
    names = [field.name for field in fields]
    locked = list(rows.select_for_update(no_key=True).only("id", *names))
    rotated = [(row.pk, _encrypted_again(row, fields)) for row in locked]
    if readable := [(pk, values) for pk, values in rotated if values is not None]:
        _store(model, readable)
    return [(pk, values is not None) for pk, values in rotated]


def _encrypted_again(
    row: models.Model, fields: list[EncryptedField]
) -> list[EncryptedBytes] | None:
    """The values of `fields` under the newest key; None when one can't be read."""
    try:
        texts = [getattr(row, field.attname) for field in fields]
    except DecryptionError:
        return None
    return [
        _encrypt(text, field.associated_data_of(row))
        for field, text in zip(fields, texts, strict=True)
    ]


def _encrypt(text: str, associated_data: str) -> EncryptedBytes:
    return EncryptedBytes(key_ring().encrypt(text, associated_data) if text else b"")


def _store(
    model: type[models.Model], rows: list[tuple[Any, list[EncryptedBytes]]]
) -> None:
    """One statement per step, so that the table's triggers fire once for all rows.

    500 leads take 50 ms. `bulk_update` refuses columns encrypted for their row. History
    is changed in its own way.
    """
    if hasattr(model, "instance_type"):
        _store_in_history(model, rows)
        return
    quote = connection.ops.quote_name
    key = model._meta.pk
    columns = [quote(str(field.column)) for field in encrypted_fields(model)]
    arrays = [f"%s::{key.rel_db_type(connection)}[]", *["%s::bytea[]"] * len(columns)]
    encrypted = zip(
        *([bytes(value) for value in values] for _, values in rows), strict=True
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {quote(model._meta.db_table)} stored "  # noqa: S608
            f"SET {', '.join(f'{column} = fresh.{column}' for column in columns)} "
            f"FROM unnest({', '.join(arrays)}) AS fresh (pk, {', '.join(columns)}) "
            f"WHERE stored.{quote(str(key.column))} = fresh.pk",
            [[pk for pk, _ in rows], *map(list, encrypted)],
        )


def _store_in_history(
    model: type[models.Model], rows: list[tuple[Any, list[EncryptedBytes]]]
) -> None:
    columns = [str(field.column) for field in encrypted_fields(model)]
    values = zip(
        *([bytes(value) for value in values] for _, values in rows), strict=True
    )
    reencrypt_history(
        model,
        [pk for pk, _ in rows],
        dict(zip(columns, map(list, values), strict=True)),
        why="new encryption key",
    )


def encrypted_fields(model: type[models.Model]) -> list[EncryptedField]:
    return [field for field in model._meta.fields if isinstance(field, EncryptedField)]
