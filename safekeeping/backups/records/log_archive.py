"""How far the write-ahead log is archived: one row, written every few seconds."""

from typing import Self

from django.db import models
from django.db.models import Q


class LogArchive(models.Model):
    """`archived_at`: everything committed before this moment is archived.

    Its own commits make sure that there is a moment to restore to however quiet the
    clinic is.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    archived_at = models.DateTimeField(null=True, blank=True)
    position = models.CharField(max_length=20, blank=True)
    problem = models.CharField(max_length=300, blank=True)
    looked_at = models.DateTimeField(null=True, blank=True)
    copied_at = models.DateTimeField(null=True, blank=True)
    copy_problem = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "archive of the log"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="safekeeping_logarchive_is_one_row",
                condition=Q(id=1),
                violation_error_message="There is one archive of the log.",
            )
        ]

    def __str__(self) -> str:
        return "Archive of the log"

    @classmethod
    def current(cls) -> Self:
        return cls.objects.filter(pk=1).first() or cls()
