"""The encrypted fields by the names and arguments that migrations use.

Models import them from `medspa.encryption.fields`.
"""

from typing import Any

from medspa.encryption import fields


def EncryptedField(*args: Any, place: str, **kwargs: Any) -> fields.EncryptedField:
    return fields.EncryptedField(*args, associated_data=place, **kwargs)


def BlindIndexField(
    *args: Any, place: str, normalise: Any, **kwargs: Any
) -> fields.BlindIndexField:
    return fields.BlindIndexField(*args, column=place, normalize=normalise, **kwargs)


def SealedConstraint(*, sealed: str, **kwargs: Any) -> fields.EncryptedConstraint:
    return fields.EncryptedConstraint(encrypted=sealed, **kwargs)
