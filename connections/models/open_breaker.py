"""Systems that are not asked for a while, after several failures in a row."""

from typing import ClassVar

from django.db import models

from connections.models.connection import Connection
from medspa import clock
from medspa.validation import Validated


class OpenBreaker(Validated):
    """There is a row only while the breaker is open, for every process to see.

    From `tries_at` one request may try; the first that works removes the row.
    """

    connection = models.OneToOneField(
        Connection,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="open_breaker",
    )
    opened_at = models.DateTimeField("opened", default=clock.now)
    tries_at = models.DateTimeField("next try", default=clock.now)

    objects: ClassVar[models.Manager] = models.Manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"open since {self.opened_at:%Y-%m-%d %H:%M}"
