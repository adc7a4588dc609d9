"""The log of exports of leads."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from medspa.formats.plurals import counted
from medspa.ids import CuidField
from medspa.validation import Validated


class ExportLog(Validated):
    """One file of leads that somebody downloaded; the file itself is not stored.

    `filters` are the names of the filters in use, without the search text, which may be
    an email address. `row_count` is how many rows had been sent when it ended. A file
    that is not complete says so in its last row, unless the download was broken off.
    """

    id = CuidField(primary_key=True)
    exported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
    )
    filters = models.CharField(max_length=200, blank=True)
    row_count = models.IntegerField("rows", default=0)
    unreadable_count = models.IntegerField(
        "values that can't be read", default=0, db_default=0
    )
    is_complete = models.BooleanField("complete", default=False)
    created_at = models.DateTimeField("started", default=timezone.now, editable=False)

    class Meta:
        verbose_name = "lead export"
        verbose_name_plural = "lead exports"
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="leads_exportlog_rows_are_counted",
                condition=Q(row_count__gte=0),
                violation_error_message="The number of rows can't be negative.",
            ),
        ]

    def __str__(self) -> str:
        leads = counted(self.row_count, "lead", "leads")
        return f"{leads} by {self.exported_by or 'a former user'}"
