"""The audit log: what was done that leaves no row of history, and who did it."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Func, Q
from django.db.models.lookups import Exact

from medspa.audit.history import MAX_ACTOR_LENGTH
from medspa.clock import RecordedAtField
from medspa.ids import CUID_LENGTH, CuidField
from medspa.json_columns import IsObject
from medspa.validation import Validated


class AuditEvent(Validated):
    """One line of the audit log. It is only added to, by `record_event`.

    `person` names no existing row for good: the line keeps the id of somebody who was
    removed, and `name` says who it was. Without a person `name` is a command or a job.
    """

    id = CuidField(primary_key=True)
    kind = models.CharField(max_length=60, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        related_name="+",
        null=True,
        db_constraint=False,
        db_index=False,
        editable=False,
    )
    name = models.CharField(max_length=MAX_ACTOR_LENGTH, editable=False)
    address = models.GenericIPAddressField("IP address", null=True, editable=False)
    subject_type = models.CharField(max_length=60, blank=True, editable=False)
    subject_id = models.CharField(max_length=CUID_LENGTH, blank=True, editable=False)
    details = models.JSONField(default=dict, blank=True, editable=False)
    occurred_at = RecordedAtField()

    class Meta:
        verbose_name = "audit event"
        ordering = ["-occurred_at", "-id"]
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["occurred_at", "id"], name="medspa_audit_by_time"),
            models.Index(
                fields=["person", "occurred_at", "id"], name="medspa_audit_by_person"
            ),
            models.Index(
                fields=["kind", "occurred_at", "id"], name="medspa_audit_by_kind"
            ),
            models.Index(
                fields=["subject_id", "occurred_at", "id"],
                name="medspa_audit_by_subject",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="medspa_auditevent_kind_is_named",
                condition=Q(kind__regex=r"^[a-z][a-z_]*$"),
                violation_error_message="An event has the name of a kind.",
            ),
            models.CheckConstraint(
                name="medspa_auditevent_says_who",
                condition=~Q(name=""),
                violation_error_message="An event says who did it.",
            ),
            models.CheckConstraint(
                name="medspa_auditevent_subject_is_whole",
                condition=Q(subject_type="", subject_id="")
                | ~Q(subject_type="") & ~Q(subject_id=""),
                violation_error_message="A subject has a type and an id.",
            ),
            models.CheckConstraint(
                name="medspa_auditevent_details_is_an_object",
                condition=IsObject("details"),
                violation_error_message="Details are a JSON object.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.kind}"

    @property
    def subject(self) -> tuple[str, Any]:
        return self.subject_type, self.subject_id


class Act(models.TextChoices):
    REMOVE = "remove", "Removed"
    OVERWRITE = "overwrite", "Overwritten"
    REENCRYPT = "reencrypt", "Encrypted again"


class HistoryChange(Validated):
    """Rows of history that were removed or overwritten by `medspa_change_history`.

    Seals still name them; `verify_audit` finds here that this was no tampering. `ids`
    are the primary keys of the rows, `fingerprints` say what overwritten ones hold now.
    """

    id = models.BigAutoField(primary_key=True)
    act = models.CharField(max_length=10, choices=Act, editable=False)
    table_name = models.CharField(max_length=63, editable=False)
    ids = ArrayField(models.TextField(), editable=False)
    fingerprints = ArrayField(models.BinaryField(), default=list, editable=False)
    why = models.CharField(max_length=200, editable=False)
    made_at = RecordedAtField()

    class Meta:
        verbose_name = "change of history"
        ordering = ["-id"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["table_name", "id"], name="medspa_change_by_table")
        ]
        constraints = [
            models.CheckConstraint(
                name="medspa_historychange_act_is_known",
                condition=Q(act__in=Act.values),
                violation_error_message="History is removed, overwritten or encrypted.",
            ),
            models.CheckConstraint(
                name="medspa_historychange_has_its_fingerprints",
                condition=Q(act=Act.REMOVE)
                | Q(
                    Exact(
                        Func("fingerprints", function="cardinality"),
                        Func("ids", function="cardinality"),
                    )
                ),
                violation_error_message="Each overwritten row has its fingerprint.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.table_name}: {self.act} {len(self.ids)}"
