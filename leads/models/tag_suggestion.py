"""Tags that imports would have put on leads, if the clinic had them."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from medspa.ids import CuidField
from medspa.reading.short_names import CleanedCharField, not_about_somebody
from medspa.validation import Validated


class TagSuggestion(Validated):
    """A tag that waits for a manager: its name, and how many rows of files had it.

    Only words of our own list are kept, because any other may be a note about somebody;
    and no row, because a count says enough.
    """

    id = CuidField(primary_key=True)
    name = CleanedCharField(max_length=40)
    row_count = models.IntegerField("rows", default=1)
    created_at = models.DateTimeField("suggested", default=timezone.now, editable=False)

    class Meta:
        verbose_name = "suggested tag"
        ordering = ["-row_count", "name"]
        constraints = [
            not_about_somebody(
                of="name", name="leads_tagsuggestion_name_is_no_persons"
            ),
            models.UniqueConstraint(
                Lower("name"),
                name="leads_tagsuggestion_name_is_unique",
                violation_error_message="This tag is suggested already.",
            ),
            models.CheckConstraint(
                name="leads_tagsuggestion_rows_are_counted",
                condition=Q(row_count__gte=1),
                violation_error_message="A suggestion comes from at least one row.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
