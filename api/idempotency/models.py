"""Answers to POSTs with an Idempotency-Key, kept for a day."""

from typing import Any

from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from api.keys.models import ApiKey
from medspa.clock import RecordedAtField
from medspa.encryption.fields import EncryptedConstraint, EncryptedField
from medspa.ids import CuidField
from medspa.validation import Validated


def as_it_is(text: str) -> str:
    return text


class IdempotentAnswer(Validated):
    """What a POST was answered, so that the same one again does nothing.

    The answer may hold contacts, so it is encrypted; of the key and of the body only
    hashes are kept.
    """

    id = CuidField(primary_key=True)
    key = models.ForeignKey(ApiKey, on_delete=models.CASCADE, related_name="+")
    name_digest = models.BinaryField()
    body_digest = models.BinaryField()
    status = models.SmallIntegerField()
    answer: Any = EncryptedField(
        associated_data="api_idempotentanswer.answer", clean=as_it_is
    )
    created_at = RecordedAtField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="api_idempotentanswer_once_a_key",
                fields=["key", "name_digest"],
                violation_error_message="This request was answered already.",
            ),
            models.CheckConstraint(
                name="api_idempotentanswer_name_is_sha256",
                condition=Exact(Length("name_digest"), 32),
                violation_error_message="The key is kept as its SHA-256.",
            ),
            models.CheckConstraint(
                name="api_idempotentanswer_body_is_sha256",
                condition=Exact(Length("body_digest"), 32),
                violation_error_message="The body is kept as its SHA-256.",
            ),
            EncryptedConstraint(
                name="api_idempotentanswer_answer_is_encrypted",
                encrypted="answer",
                indexes=(),
                violation_error_message="The answer must be encrypted.",
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], name="api_idempotentanswer_created")
        ]

    def __str__(self) -> str:
        return f"answer {self.status}"
