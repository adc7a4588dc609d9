"""Where migrations find the encrypted fields."""

from medspa.encryption.fields import BlindIndexField, EncryptedField, SealedConstraint

__all__ = ["BlindIndexField", "EncryptedField", "SealedConstraint"]
