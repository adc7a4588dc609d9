"""Whether the keys of this process are those of its database.

A wrong key would encrypt new rows so that nobody else can read them, and a wrong index
key would make a second lead of everybody who comes again. So the database keeps a proof
of each key (`KeyCheck`), and a process whose keys don't fit does nothing.
"""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import models, transaction

from medspa.audit.events import record_event
from medspa.encryption.audit_kinds import KEYS_LOST
from medspa.encryption.ciphers import (
    DecryptionError,
    KeyRing,
    blind_index,
    decode_key,
    key_id,
)
from medspa.encryption.fields import (
    BlindIndexField,
    index_keys,
    key_ring,
)
from medspa.encryption.models import KeyCheck, KeyPurpose
from medspa.encryption.rotation import encrypted_fields, encrypted_models

TEXT = "key check"
INDEX_COLUMN = "medspa_keycheck.proof"
ROWS_TRIED = 20

WRONG_FIELD_KEYS = (
    "FIELD_ENCRYPTION_KEYS holds none of the keys that this database was encrypted "
    "with. Put the right key back"
)
MISSING_FIELD_KEY = (
    "FIELD_ENCRYPTION_KEYS lacks a key that values of this database are encrypted "
    "with. Put it back, behind the newest, until rotate_field_keys has ended"
)
WRONG_INDEX_KEY = (
    "BLIND_INDEX_KEY lacks the key that this database is searched by. Put it back; to "
    "change it, write the new one in front of it and run rotate_blind_index"
)
UNREADABLE_ROWS = (
    "the rows of this database don't open with FIELD_ENCRYPTION_KEYS, or "
    "BLIND_INDEX_KEY is not the one that their indexes were made with. Put the right "
    "keys back"
)


class WrongKeys(Exception):
    """The keys of this process don't fit its database; a sentence without any key."""


def problems() -> Iterator[str]:
    """What is wrong with the keys; nothing before the first are registered."""
    field_checks = _registered(KeyPurpose.FIELD)
    opened = {check.pk for check in field_checks if _opens(check)}
    if field_checks and not opened:
        yield WRONG_FIELD_KEYS
    elif len(opened) < len(field_checks):
        yield MISSING_FIELD_KEY
    known = {_index_id(key) for key in index_keys()}
    if any(check.pk not in known for check in _registered(KeyPurpose.INDEX)):
        yield WRONG_INDEX_KEY


def verify() -> None:
    """Register keys that are new; raises WrongKeys when those that are known don't fit.

    A database from before there were key checks is asked for some of its rows.
    """
    if found := list(problems()):
        raise WrongKeys("; ".join(found))
    if not KeyCheck.objects.exists() and not _rows_fit():
        raise WrongKeys(UNREADABLE_ROWS)
    _register()


@transaction.atomic
def accept_lost_keys() -> None:
    """From now on this process's keys are the database's, and no others.

    What was encrypted with others stays as it is, and reads as unreadable.
    """
    KeyCheck.objects.all().delete()
    _register()
    record_event(KEYS_LOST)


def _register() -> None:
    KeyCheck.objects.bulk_create(
        [*map(_field_check, settings.FIELD_ENCRYPTION_KEYS), *_index_checks()],
        ignore_conflicts=True,
    )


def register_after_migrate(**kwargs: Any) -> None:
    """`migrate` ends by keeping the proof of the keys that rows are written with."""
    try:
        verify()
    except WrongKeys as error:
        raise CommandError(f"The tables are migrated, but {error}.") from error


def retire_field_keys() -> None:
    """No value is encrypted with another key than the newest any more."""
    newest = _field_id(settings.FIELD_ENCRYPTION_KEYS[0])
    KeyCheck.objects.filter(purpose=KeyPurpose.FIELD).exclude(pk=newest).delete()


def retire_index_keys() -> None:
    newest = _index_id(index_keys()[0])
    KeyCheck.objects.filter(purpose=KeyPurpose.INDEX).exclude(pk=newest).delete()


def newest_index_check() -> KeyCheck:
    """The row of the newest index key, which keeps how far the rotation to it is."""
    verify()
    return KeyCheck.objects.get(pk=_index_id(index_keys()[0]))


def _registered(purpose: KeyPurpose) -> list[KeyCheck]:
    return list(KeyCheck.objects.filter(purpose=purpose))


def _field_id(key: str) -> str:
    return f"field-{key_id(key).hex()}"


def _index_id(key: str) -> str:
    return f"index-{_index_proof(key)[:4].hex()}"


def _index_proof(key: str) -> bytes:
    return blind_index(decode_key(key), INDEX_COLUMN, TEXT)


def _place(pk: str) -> str:
    return f"medspa_keycheck.proof:{pk}"


def _field_check(key: str) -> KeyCheck:
    pk = _field_id(key)
    proof = KeyRing([key]).encrypt(TEXT, _place(pk))
    return KeyCheck(pk=pk, purpose=KeyPurpose.FIELD, proof=proof)


def _index_checks() -> list[KeyCheck]:
    return [
        KeyCheck(pk=_index_id(key), purpose=KeyPurpose.INDEX, proof=_index_proof(key))
        for key in index_keys()
    ]


def _opens(check: KeyCheck) -> bool:
    try:
        return key_ring().decrypt(bytes(check.proof), _place(check.pk)) == TEXT
    except DecryptionError:
        return False


def _rows_fit() -> bool:
    """Whether the newest rows open, and their indexes are those of our key."""
    return all(
        _fits(row)
        for model in encrypted_models()
        for row in model._base_manager.order_by("-pk")[:ROWS_TRIED]
    )


def _fits(row: Any) -> bool:
    try:
        texts = {
            field.attname: getattr(row, field.attname)
            for field in encrypted_fields(type(row))
        }
    except DecryptionError:
        return False
    return all(
        bytes(getattr(row, index.attname)) in index.indexes(texts[index.of])
        for index in blind_fields(type(row))
    )


def blind_fields(model: type[models.Model]) -> list[BlindIndexField]:
    return [field for field in model._meta.fields if isinstance(field, BlindIndexField)]
