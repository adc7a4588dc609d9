"""Soft deletion: deleted rows are marked and hidden, and can be restored."""

from typing import Any, ClassVar, Self

from django.db import models, transaction

from medspa import clock
from medspa.validation import Validated


class SoftDeletionQuerySet(models.QuerySet):
    """Deleting a queryset marks its rows one by one, so that each has a history row."""

    def active(self) -> Self:
        return self.filter(deleted_at__isnull=True)

    def deleted(self) -> Self:
        return self.filter(deleted_at__isnull=False)

    @transaction.atomic
    def delete(self) -> tuple[int, dict[str, int]]:
        count = 0
        row: Any
        for row in self.active():
            row.delete()
            count += 1
        return count, {self.model._meta.label: count}

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]


class ActiveManager(models.Manager.from_queryset(SoftDeletionQuerySet)):  # type: ignore[misc]
    """Only the rows that are not deleted."""

    def get_queryset(self) -> SoftDeletionQuerySet:
        return super().get_queryset().active()


class SoftDeletable(Validated):
    """`objects` has the rows that are not deleted, `all_objects` all of them.

    `all_objects` is the default manager, so that uniqueness checks and relations
    include deleted rows.
    """

    deleted_at = models.DateTimeField("deleted", null=True, blank=True, editable=False)

    all_objects: ClassVar[Any] = models.Manager.from_queryset(SoftDeletionQuerySet)()
    objects: ClassVar[Any] = ActiveManager()

    class Meta:
        abstract = True
        default_manager_name = "all_objects"

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Mark the row as deleted; it stays in the table."""
        if self.is_deleted:
            return 0, {}
        self.deleted_at = clock.now()
        self.save(update_fields=self._marked_fields())
        return 1, {self._meta.label: 1}

    delete.alters_data = True  # type: ignore[attr-defined]

    def restore(self) -> None:
        """Undo the deletion.

        Raises ValidationError when another row has taken its unique values meanwhile.
        """
        if not self.is_deleted:
            return
        self.deleted_at = None
        self.validate_constraints()
        self.save(update_fields=self._marked_fields())

    restore.alters_data = True  # type: ignore[attr-defined]

    def _marked_fields(self) -> list[str]:
        names = {field.name for field in self._meta.fields}
        return sorted({"deleted_at", "updated_at"} & names)
