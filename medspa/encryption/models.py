"""What this database was encrypted with, without the keys."""

from typing import ClassVar

from django.db import models
from django.utils import timezone


class KeyPurpose(models.TextChoices):
    FIELD = "field", "Field encryption"
    INDEX = "index", "Blind index"


class KeyCheck(models.Model):
    """A key that rows of this database are written with.

    `proof` is a fixed text, encrypted with the key or indexed by it: only the right key
    opens it. `position` is how far a rotation to this key is: table → the last id.
    """

    id = models.CharField(primary_key=True, max_length=20)
    purpose = models.CharField(max_length=5, choices=KeyPurpose)
    proof = models.BinaryField()
    position = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[models.Manager["KeyCheck"]] = models.Manager()

    class Meta:
        default_permissions = ()
        ordering = ["id"]

    def __str__(self) -> str:
        return self.id
