"""Model fields that are encrypted in the database, and their search indexes."""

from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from django import forms
from django.conf import settings
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Func, Q
from django.db.models.query_utils import DeferredAttribute

from medspa.encryption.ciphers import (
    BLIND_INDEX_LENGTH,
    HEADER_LENGTH,
    TAG_LENGTH,
    KeyRing,
    blind_index,
    decode_key,
)


@lru_cache(maxsize=4)
def _ring(keys: tuple[str, ...]) -> KeyRing:
    return KeyRing(keys)


def key_ring() -> KeyRing:
    return _ring(tuple(settings.FIELD_ENCRYPTION_KEYS))


SEALED_IN_FIXTURE = "sealed:"


class Sealed(bytes):
    """A value as it lies in the database; only its own row can open it."""


class SealedFromFixture(Sealed):
    """A value on its way from a fixture to the database, which stays sealed."""


class EncryptedAttribute(DeferredAttribute):
    """Opens the sealed value when somebody reads it, and not before."""

    field: "EncryptedField"

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        if not isinstance(value, Sealed) or isinstance(value, SealedFromFixture):
            return value
        return key_ring().open(value, self.field.place(instance)) if value else ""

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class EncryptedField(models.Field):
    """Text that only the application can read.

    `place` is `table.column` and part of what is authenticated, together with the
    row's id; history tables keep the place of the table that they follow. A value
    that was not changed is saved as it was, under its old key and nonce.
    `queryset.update()` and lookups are refused: use `save()` and the blind index.
    """

    empty_strings_allowed = True
    descriptor_class = EncryptedAttribute

    def __init__(self, *args: Any, place: str, clean: Callable, **kwargs: Any) -> None:
        self.table_place = place
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
                "place": self.table_place,
                "clean": self.clean_text,
            },
        )

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "bytea"

    def place(self, row: Any) -> str:
        return f"{self.table_place}:{row.id}"

    def from_db_value(self, value: bytes | None, *args: Any) -> Sealed | None:
        return None if value is None else Sealed(value)

    def to_python(self, value: Any) -> str | Sealed:
        """Text, or the sealed value that a fixture holds."""
        if isinstance(value, str) and value.startswith(SEALED_IN_FIXTURE):
            return SealedFromFixture(b64decode(value.removeprefix(SEALED_IN_FIXTURE)))
        return self._cleaned(value)

    def clean(self, value: Any, model_instance: models.Model | None) -> str:
        """What a person typed is never taken for a sealed value."""
        return super().clean(self._cleaned(value), model_instance)

    def _cleaned(self, value: Any) -> str:
        return self.clean_text(value) if value else ""

    def pre_save(self, model_instance: models.Model, add: bool) -> Sealed:
        stored = model_instance.__dict__.get(self.attname, "")
        if isinstance(stored, Sealed):
            return stored
        text = self._cleaned(stored)
        setattr(model_instance, self.attname, text)
        if not text:
            return Sealed(b"")
        return Sealed(key_ring().seal(text, self.place(model_instance)))

    def get_prep_value(self, value: Any) -> bytes:
        if isinstance(value, Sealed):
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
        """What `dumpdata` writes: sealed, for the row and keys that it came from."""
        sealed = self.pre_save(obj, add=False)
        return SEALED_IN_FIXTURE + b64encode(sealed).decode() if sealed else ""

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        return super().formfield(**({"form_class": forms.CharField} | kwargs))


class BlindIndexField(models.BinaryField):
    """The blind index of another field of the row, kept by saving the row."""

    def __init__(
        self, *args: Any, of: str, place: str, normalise: Callable, **kwargs: Any
    ) -> None:
        self.of = of
        self.place = place
        self.normalise = normalise
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
                "place": self.place,
                "normalise": self.normalise,
                "editable": False,
            },
        )

    def index(self, text: str) -> bytes:
        """What this column holds in the rows whose field is `text`."""
        key = decode_key(settings.BLIND_INDEX_KEY)
        return blind_index(key, self.place, self.normalise(text))

    def pre_save(self, model_instance: models.Model, add: bool) -> bytes:
        if isinstance(model_instance.__dict__.get(self.of), Sealed):
            return bytes(getattr(model_instance, self.attname))
        value = self.index(getattr(model_instance, self.of))
        setattr(model_instance, self.attname, value)
        return value


class IsSealed(Func):
    """The column holds a sealed value: our version byte and more than a header."""

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


class SealedConstraint(models.CheckConstraint):
    """An encrypted column and its indexes are either all empty or all filled.

    Validation leaves it to the fields: they judge the text before it is sealed, and
    here only what is sealed could be seen.
    """

    def __init__(
        self,
        *,
        sealed: str,
        indexes: Sequence[str],
        name: str,
        violation_error_message: str | None = None,
    ) -> None:
        self.sealed = sealed
        self.indexes = tuple(indexes)
        empty = Q(**{sealed: b""})
        filled = Q(IsSealed(sealed))
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
        return path, args, kwargs | {"sealed": self.sealed, "indexes": self.indexes}

    def validate(self, *args: Any, **kwargs: Any) -> None:
        pass
