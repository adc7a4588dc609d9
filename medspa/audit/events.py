"""The audit log's one writer, and its closed list of kinds.

An app adds its own kinds in a module of its own, which its `extensions.py` imports:

    class ExportDetails(Schema):
        rows: int
        columns: list[str]

    EXPORTED = audit_kind(
        "leads_exported", "Export", "exported {rows:lead|leads}", ExportDetails
    )

and whoever does it records it, in the transaction of what is done:

    record_event(EXPORTED, subject=log, details=ExportDetails(rows=12, ...))

Who did it is the acting person (`medspa.audit.actors.acting`), or `by`.
"""

import re
from dataclasses import dataclass
from string import Formatter
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models

from medspa.audit.actors import current_actor, current_address
from medspa.audit.history import MAX_ACTOR_LENGTH
from medspa.audit.inserting import insert_rows
from medspa.audit.models import AuditEvent
from medspa.extension_points import audit_kinds
from medspa.formats.plurals import counted
from medspa.json_columns import Schema, parse_json

if TYPE_CHECKING:
    from django.contrib.auth.models import _User

KIND_NAME = re.compile(r"[a-z][a-z_]*")


class Words(Formatter):
    """`{rows:row|rows}` is `1 row` or `1,200 rows`, `{form:capitals}` is `CSV`.

    `{table:rows_of}` is `history of leads`, and a choice is its label.
    """

    def format_field(self, value: Any, format_spec: str) -> Any:
        if isinstance(value, models.Choices):
            return str(value.label).lower()
        if format_spec == "capitals":
            return str(value).upper()
        if format_spec == "rows_of":
            return _rows_of(value)
        one, between, many = format_spec.partition("|")
        if between:
            return counted(value, one, many)
        return super().format_field(value, format_spec)


def _rows_of(table: str) -> str:
    """What the rows of a table are called; the table's name if no model has it."""
    for model in apps.get_models():
        if model._meta.db_table == table:
            of = getattr(model, "instance_type", None)
            plural = str((of or model)._meta.verbose_name_plural)
            return f"history of {plural}" if of else plural
    return table


class NoDetails(Schema):
    """Of a kind that has nothing more to say."""


@dataclass(frozen=True)
class AuditKind:
    """A kind of event: its name in the table, its title in a filter, and its words.

    `words` follow the person's name; braces name fields of `details` (see `Words`).
    Details hold no contacts, names of leads or text that somebody typed.
    """

    name: str
    title: str
    words: str
    details: type[Schema]

    def sentence(self, name: str, details: dict[str, Any]) -> str:
        """The event in words; what an older version of the kind kept may be missing."""
        try:
            parsed = parse_json(self.details, details, "details")
        except ValidationError:
            return f"{name}: {self.name.replace('_', ' ')}"
        return f"{name} {Words().format(self.words, **parsed.model_dump())}"


def audit_kind(
    name: str, title: str, words: str, details: type[Schema] = NoDetails
) -> AuditKind:
    """Add a kind to the closed list; a name is taken once."""
    if not KIND_NAME.fullmatch(name):
        raise ValueError(f"{name}: a kind's name is small letters and underscores")
    kind = AuditKind(name, title, words, details)
    if name in audit_kinds and audit_kinds[name] != kind:
        raise ValueError(f"{name}: there is such a kind of audit event")
    return audit_kinds.extend(name)(kind)


def record_event(
    kind: AuditKind,
    *,
    by: "_User | None" = None,
    subject: models.Model | None = None,
    details: Schema | None = None,
) -> AuditEvent:
    """Write one line of the audit log, in the caller's transaction.

    Raises ValueError for a kind that is not in the list, or details of another kind.
    """
    said = details or NoDetails()
    if audit_kinds.get(kind.name) != kind or type(said) is not kind.details:
        raise ValueError(f"{kind.name}: not a kind of event, or not its details")
    actor = current_actor()
    user = by or actor.user
    event = AuditEvent(
        kind=kind.name,
        person_id=user.pk if user else None,
        name=(str(user) if user else actor.name)[:MAX_ACTOR_LENGTH],
        address=current_address(),
        subject_type=subject._meta.label_lower if subject else "",
        subject_id=str(subject.pk) if subject else "",
        details=said.model_dump(mode="json"),
    )
    insert_rows(AuditEvent, [event])
    return event


def sentence_of(event: AuditEvent) -> str:
    """The event in words."""
    kind = audit_kinds.get(event.kind)
    if kind is None:  # written by a newer version
        return f"{event.name}: {event.kind.replace('_', ' ')}"
    return kind.sentence(event.name, event.details)
