"""Tags: what leads are interested in, in the clinic's own words."""

from typing import Any, ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from leads.models.lead import Lead
from leads.models.lead_queries import OfLeadQuerySet
from medspa.audit.history import History
from medspa.ids import CuidField
from medspa.reading.short_names import CleanedCharField, not_about_somebody
from medspa.soft_deletion import SoftDeletable
from medspa.validation import Validated

HEX_COLOR = r"^#[0-9a-f]{6}$"
COLOR_SENTENCE = "Enter a color like #0f766e."


class ColorField(models.CharField):
    """`#rrggbb`, in lower case."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        defaults: dict[str, Any] = {
            "max_length": 7,
            "validators": [RegexValidator(HEX_COLOR, COLOR_SENTENCE)],
        }
        super().__init__(*args, **(defaults | kwargs))


class Tag(SoftDeletable):
    """A tag that leads can have."""

    id = CuidField(primary_key=True)
    name = CleanedCharField(max_length=40)
    color = ColorField("color", default="#0f766e")
    created_at = models.DateTimeField("created", default=timezone.now, editable=False)

    history = History()

    class Meta(SoftDeletable.Meta):
        ordering = ["name"]
        constraints = [
            not_about_somebody(of="name", name="leads_tag_name_is_no_persons"),
            models.CheckConstraint(
                name="leads_tag_has_a_name",
                condition=~Q(name=""),
                violation_error_message="Enter a name.",
            ),
            models.UniqueConstraint(
                Lower("name"),
                name="leads_tag_name_is_unique",
                condition=Q(deleted_at__isnull=True),
                violation_error_message="There is already a tag with this name.",
            ),
            models.CheckConstraint(
                name="leads_tag_color_is_hex",
                condition=Q(color__regex=HEX_COLOR),
                violation_error_message=COLOR_SENTENCE,
            ),
        ]

    def __str__(self) -> str:
        return self.name


class LeadTag(Validated):
    """A lead has a tag."""

    id = CuidField(primary_key=True)
    lead = models.ForeignKey(
        Lead,
        on_delete=models.CASCADE,
        related_name="lead_tags",
        db_index=False,  # the index that keeps the pair unique begins with it
    )
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="lead_tags")
    created_at = models.DateTimeField("added", default=timezone.now, editable=False)

    objects: ClassVar[Any] = OfLeadQuerySet.as_manager()
    history = History(no_db_index=["tag"])

    class Meta:
        verbose_name = "tag"
        verbose_name_plural = "tags"
        constraints = [
            models.UniqueConstraint(
                name="leads_leadtag_is_unique",
                fields=["lead", "tag"],
                violation_error_message="The lead already has this tag.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tag} on {self.lead}"


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
