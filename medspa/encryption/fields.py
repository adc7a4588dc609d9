"""Model fields that are encrypted in the database, and their search indexes."""

import logging
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, Self

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Func, Q
from django.db.models.query_utils import DeferredAttribute

from medspa.encryption.ciphers import (
    BLIND_INDEX_LENGTH,
    HEADER_LENGTH,
    TAG_LENGTH,
    DecryptionError,
    KeyRing,
    blind_index,
    decode_key,
)

logger = logging.getLogger(__name__)


@lru_cache(maxsize=4)
def _ring(keys: tuple[str, ...]) -> KeyRing:
    return KeyRing(keys)


def key_ring() -> KeyRing:
    return _ring(tuple(settings.FIELD_ENCRYPTION_KEYS))


def index_keys() -> Sequence[str]:
    """The keys of blind indexes, newest first; all of them are searched with."""
    return split_keys(settings.BLIND_INDEX_KEY)


@lru_cache(maxsize=4)
def split_keys(text: str) -> tuple[str, ...]:
    return tuple(key for part in text.split(",") if (key := part.strip()))


# How a fixture marks a value that is encrypted already.
SEALED_IN_FIXTURE = "sealed:"


class EncryptedBytes(bytes):
    """A value as the database stores it; only its own row can decrypt it."""


class EncryptedFromFixture(EncryptedBytes):
    """A value that a fixture holds; it is stored as it is and not decrypted before."""


class Unreadable(str):
    """What pages show of a value that none of our keys decrypts.

    Only its own place, or the history of it, can store it again, as it was.
    """

    encrypted: bytes
    place: str

    def __new__(cls, encrypted: bytes, place: str) -> Self:
        text = super().__new__(cls, "unreadable")
        text.encrypted, text.place = encrypted, place
        return text


def usable(text: str) -> str:
    """For links: empty where the text could not be read."""
    return "" if isinstance(text, Unreadable) else text


def readable(
    encrypted: bytes, associated_data: str, ring: KeyRing | None = None
) -> str:
    """The text, or `Unreadable`: one damaged value must not take a page away.

    Which value it is goes to the log. For those who have to know the difference there
    is `KeyRing.decrypt`. Who reads many tells the `key_ring`.
    """
    try:
        return (ring or key_ring()).decrypt(encrypted, associated_data)
    except DecryptionError as error:
        logger.error("%s: %s", associated_data, error)
        return Unreadable(encrypted, associated_data)


_survives: ContextVar[bool] = ContextVar("survives_damage", default=False)


@contextmanager
def surviving_damage() -> Iterator[None]:
    """Inside, a value that can't be decrypted reads as `Unreadable`.

    For whoever shows or compares rows; elsewhere it raises DecryptionError.
    """
    token = _survives.set(True)
    try:
        yield
    finally:
        _survives.reset(token)


class EncryptedAttribute(DeferredAttribute):
    """Decrypts the value when it is read, and not before."""

    field: "EncryptedField"

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        if not isinstance(value, EncryptedBytes) or isinstance(
            value, EncryptedFromFixture
        ):
            return value
        if not value:
            return ""
        place = self.field.associated_data_of(instance)
        if _survives.get():
            return readable(value, place)
        return key_ring().decrypt(value, place)

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class EncryptedField(models.Field):
    """Text that only the application can read.

    `associated_data` is `table.column`, which is authenticated together with the row's
    id; a history table uses that of the table it follows. An unchanged value is saved
    as it was, under its old key and nonce. `queryset.update()` and lookups are refused:
    use `save()` and the blind index.
    """

    empty_strings_allowed = True
    descriptor_class = EncryptedAttribute

    def __init__(
        self, *args: Any, associated_data: str, clean: Callable, **kwargs: Any
    ) -> None:
        self.associated_data = associated_data
        self.clean_text = clean
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return (
            name,
            path,
            args,
            kwargs
            | {
                "associated_data": self.associated_data,
                "clean": self.clean_text,
            },
        )

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "bytea"

    def associated_data_of(self, row: Any) -> str:
        return f"{self.associated_data}:{row.id}"

    def from_db_value(self, value: bytes | None, *args: Any) -> EncryptedBytes | None:
        return None if value is None else EncryptedBytes(value)

    def to_python(self, value: Any) -> str | EncryptedBytes:
        """Text, or the encrypted value that a fixture holds."""
        if isinstance(value, str) and value.startswith(SEALED_IN_FIXTURE):
            return EncryptedFromFixture(
                b64decode(value.removeprefix(SEALED_IN_FIXTURE))
            )
        return self._cleaned(value)

    def clean(self, value: Any, model_instance: models.Model | None) -> str:
        """What a person enters is never taken for an encrypted value."""
        return super().clean(self._cleaned(value), model_instance)

    def _cleaned(self, value: Any) -> str:
        if isinstance(value, Unreadable):
            raise ValidationError("This value can't be read. Enter it again.")
        return self.clean_text(value) if value else ""

    def pre_save(self, model_instance: models.Model, add: bool) -> EncryptedBytes:
        stored = model_instance.__dict__.get(self.attname, "")
        if isinstance(stored, EncryptedBytes):
            return stored
        place = self.associated_data_of(model_instance)
        if isinstance(stored, Unreadable) and stored.place == place:
            return EncryptedBytes(stored.encrypted)
        text = self._cleaned(stored)
        setattr(model_instance, self.attname, text)
        if not text:
            return EncryptedBytes(b"")
        return EncryptedBytes(key_ring().encrypt(text, place))

    def get_prep_value(self, value: Any) -> bytes:
        if isinstance(value, EncryptedBytes):
            return bytes(value)
        if value in ("", b"", None):
            return b""
        raise TypeError(
            f"{self.name} is encrypted for its row: save the row instead of "
            "updating a query, and search by its blind index."
        )

    def get_db_prep_value(
        self, value: Any, connection: Any, prepared: bool = False
    ) -> Any:
        value = super().get_db_prep_value(value, connection, prepared)
        return connection.Database.Binary(value)

    def get_default(self) -> str:
        return ""

    def value_to_string(self, obj: models.Model) -> str:
        """For `dumpdata`: encrypted, readable only by this row with our keys."""
        encrypted = self.pre_save(obj, add=False)
        return SEALED_IN_FIXTURE + b64encode(encrypted).decode() if encrypted else ""

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        return super().formfield(**({"form_class": forms.CharField} | kwargs))


class BlindIndexField(models.BinaryField):
    """The blind index of another field of the row, updated when the row is saved."""

    def __init__(
        self, *args: Any, of: str, column: str, normalize: Callable, **kwargs: Any
    ) -> None:
        self.of = of
        self.indexed_column = column
        self.normalize = normalize
        defaults: dict[str, Any] = {"editable": False, "default": b"", "blank": True}
        super().__init__(*args, **(defaults | kwargs))

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return (
            name,
            path,
            args,
            kwargs
            | {
                "of": self.of,
                "column": self.indexed_column,
                "normalize": self.normalize,
                "editable": False,
            },
        )

    def index(self, text: str) -> bytes:
        """The value of this column in rows that are saved with `text` from now on."""
        return self.indexes(text)[0]

    def indexes(self, text: str) -> list[bytes]:
        """Every value that this column may have in rows whose field is `text`.

        The newest key's first; older ones until `rotate_blind_index` has ended.
        """
        normal = self.normalize(text)
        return [
            blind_index(decode_key(key), self.indexed_column, normal)
            for key in index_keys()
        ]

    def pre_save(self, model_instance: models.Model, add: bool) -> bytes:
        if isinstance(model_instance.__dict__.get(self.of), EncryptedBytes):
            return bytes(getattr(model_instance, self.attname))
        value = self.index(getattr(model_instance, self.of))
        setattr(model_instance, self.attname, value)
        return value


class IsEncrypted(Func):
    """The column holds an encrypted value: our version byte, more than a header."""

    template = (
        "(octet_length(%(expressions)s) > "
        f"{HEADER_LENGTH + TAG_LENGTH} AND substr(%(expressions)s, 1, 1) = '\\x01')"
    )
    output_field = models.BooleanField()
    arity = 1

    def as_sql(self, *args: Any, **kwargs: Any) -> Any:
        sql, params = super().as_sql(*args, **kwargs)
        return sql, (*params, *params)


class IsBlindIndex(Func):
    """The column holds a blind index, not an empty value."""

    template = f"(octet_length(%(expressions)s) = {BLIND_INDEX_LENGTH})"
    output_field = models.BooleanField()
    arity = 1


class EncryptedConstraint(models.CheckConstraint):
    """An encrypted column and its indexes are either all empty or all filled.

    Only the database checks it. A form's validation sees the text, before it is
    encrypted; the fields validate that.
    """

    def __init__(
        self,
        *,
        encrypted: str,
        indexes: Sequence[str],
        name: str,
        violation_error_message: str | None = None,
    ) -> None:
        self.encrypted = encrypted
        self.indexes = tuple(indexes)
        empty = Q(**{encrypted: b""})
        filled = Q(IsEncrypted(encrypted))
        for index in self.indexes:
            empty &= Q(**{index: b""})
            filled &= Q(IsBlindIndex(index))
        super().__init__(
            condition=empty | filled,
            name=name,
            violation_error_message=violation_error_message,
        )

    def deconstruct(self) -> Any:
        path, args, kwargs = super().deconstruct()
        kwargs.pop("condition")
        return (
            path,
            args,
            kwargs | {"encrypted": self.encrypted, "indexes": self.indexes},
        )

    def validate(self, *args: Any, **kwargs: Any) -> None:
        pass


class BlindIndexConstraint(models.CheckConstraint):
    """A rule about blind indexes, which are written only when a row is saved.

    So only the database checks it; the model's `clean` says the same of the texts.
    """

    def validate(self, *args: Any, **kwargs: Any) -> None:
        pass
