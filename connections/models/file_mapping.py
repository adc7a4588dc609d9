"""How the columns of a system's files were mapped the last time."""

import json
from typing import ClassVar

from django.db import models
from django.db.models import Q

from connections.models.external_id import SYSTEM_SHAPE
from medspa import clock
from medspa.ids import CuidField
from medspa.json_columns import IsObject, Schema
from medspa.validation import Validated


class SavedColumns(Schema):
    """Header → field, or "" for a column that is skipped; for appointments also the
    services that are consults, by their keys (without any, all are)."""

    columns: dict[str, str] = {}
    services: tuple[str, ...] = ()


NO_COLUMNS = SavedColumns()


class FileColumns(Validated):
    """The columns of one kind of file of one system, as they were last imported."""

    id = CuidField(primary_key=True)
    system = models.CharField(max_length=30)
    kind = models.CharField(max_length=30)
    columns_json = models.JSONField("columns", default=dict, blank=True)
    saved_at = models.DateTimeField("saved", default=clock.now)

    objects: ClassVar[models.Manager] = models.Manager()

    class Meta:
        verbose_name_plural = "file columns"
        default_permissions = ()
        ordering = ["system", "kind"]
        constraints = [
            models.UniqueConstraint(
                name="connections_filecolumns_one_for_a_kind",
                fields=["system", "kind"],
                violation_error_message="The columns of these files are kept already.",
            ),
            models.CheckConstraint(
                name="connections_filecolumns_names_are_codes",
                condition=Q(system__regex=SYSTEM_SHAPE, kind__regex=SYSTEM_SHAPE),
                violation_error_message="A system and a kind are lower-case words.",
            ),
            models.CheckConstraint(
                name="connections_filecolumns_columns_are_an_object",
                condition=Q(IsObject("columns_json")),
                violation_error_message="The columns must be a JSON object.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.system}"

    @classmethod
    def of(cls, system: str, kind: str) -> SavedColumns:
        """What was chosen the last time; nothing for the first file."""
        row = cls.objects.filter(system=system, kind=kind).first()
        if row is None:
            return NO_COLUMNS
        return SavedColumns.model_validate_json(json.dumps(row.columns_json))

    @classmethod
    def keep(cls, system: str, kind: str, columns: SavedColumns) -> None:
        cls.objects.update_or_create(
            system=system,
            kind=kind,
            defaults={
                "columns_json": columns.model_dump(mode="json"),
                "saved_at": clock.now(),
            },
        )
