"""Saved views of the lead list, pins in the sidebar, and settings of the list."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from leads.view_schema import ListColumn, ListContent
from medspa.audit.history import History
from medspa.ids import CuidField
from medspa.json_columns import HasOnlyKeys, parse_json
from medspa.reading.short_names import CleanedCharField, not_about_somebody
from medspa.soft_deletion import ActiveManager, SoftDeletable, SoftDeletionQuerySet
from medspa.validation import Validated


class SavedViewQuerySet(SoftDeletionQuerySet):
    def open_to(self, person: Any) -> Self:
        """The person's own views and those that others share."""
        return self.filter(Q(owner=person) | Q(is_shared=True))


class LivingSavedViewManager(ActiveManager.from_queryset(SavedViewQuerySet)):  # type: ignore[misc]
    """Only views that are not deleted."""


class SavedView(SoftDeletable):
    """Filters, order and columns of the lead list under a name.

    Whoever may see leads may use and copy a shared view; only its owner changes it.
    """

    id = CuidField(primary_key=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="saved_views",
        db_index=False,  # the unique name begins with it
    )
    name = CleanedCharField(max_length=40)
    is_shared = models.BooleanField("shared", default=False)
    content_json = models.JSONField("content", default=dict, blank=True)
    created_at = models.DateTimeField("created", default=timezone.now, editable=False)
    updated_at = models.DateTimeField("changed", auto_now=True)

    all_objects: ClassVar[Any] = models.Manager.from_queryset(SavedViewQuerySet)()
    objects: ClassVar[Any] = LivingSavedViewManager()
    history = History()

    class Meta(SoftDeletable.Meta):
        default_permissions = ()
        ordering = [Lower("name"), "id"]
        constraints = [
            not_about_somebody(of="name", name="leads_savedview_name_is_no_persons"),
            models.CheckConstraint(
                name="leads_savedview_has_a_name",
                condition=~Q(name=""),
                violation_error_message="Enter a name.",
            ),
            models.UniqueConstraint(
                "owner",
                Lower("name"),
                name="leads_savedview_name_is_unique",
                condition=Q(deleted_at__isnull=True),
                violation_error_message="You already have a view with this name.",
            ),
            models.CheckConstraint(
                name="leads_savedview_content_has_known_keys",
                condition=Q(
                    HasOnlyKeys("content_json", list(ListContent.model_fields))
                ),
                violation_error_message=(
                    "The view contains something that can't be stored here."
                ),
            ),
        ]
        indexes = [
            models.Index(
                "is_shared",
                name="leads_savedview_shared",
                condition=Q(deleted_at__isnull=True, is_shared=True),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.content  # noqa: B018  (raises for a wrong shape)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Refuse content of the wrong shape, whoever saves it."""
        self.clean()
        super().save(*args, **kwargs)

    @property
    def content(self) -> ListContent:
        """The content as an object; raises ValidationError for a wrong shape."""
        return parse_json(ListContent, self.content_json, "content_json")  # type: ignore[return-value]


class PinnedView(Validated):
    """A view that a person has pinned to the sidebar."""

    id = CuidField(primary_key=True)
    view = models.ForeignKey(SavedView, on_delete=models.CASCADE, related_name="pins")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="pinned_views",
        db_index=False,  # the unique pair begins with it
    )
    created_at = models.DateTimeField("pinned", default=timezone.now, editable=False)

    class Meta:
        default_permissions = ()
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                name="leads_pinnedview_once",
                fields=["person", "view"],
                violation_error_message="This view is pinned already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.view} for {self.person}"


class ListSettings(Validated):
    """How a person's lead list looks without a view."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="list_settings",
        primary_key=True,
    )
    columns = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    first_view = models.ForeignKey(
        SavedView,
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        verbose_name="default view",
    )
    updated_at = models.DateTimeField("changed", auto_now=True)

    class Meta:
        default_permissions = ()
        verbose_name = "settings of a lead list"
        verbose_name_plural = "settings of lead lists"
        constraints = [
            models.CheckConstraint(
                name="leads_listsettings_columns_are_known",
                condition=Q(columns__contained_by=ListColumn.values),
                violation_error_message="Choose columns from the list.",
            ),
        ]

    def __str__(self) -> str:
        return f"lead list of {self.person}"
