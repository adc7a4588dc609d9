"""The audit trail in sentences: who changed what from what to what."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models

from medspa.formats import format_cents, format_date, format_percent
from medspa.formats.hours import holidays_in_words, hours_in_words
from medspa.formats.phones import format_phone
from medspa.formats.places import country_name, zone_name
from medspa.templatetags.clinic import moment

HIDDEN_FIELDS = {
    "updated_at",
    "created_at",
    "created_time_known",
    "recorded_at",
    "expected_date_set_on",
    # Changes together with "can sign in".
    "is_active",
    # Changes together with the secrets.
    "secrets_set_at",
}
# The encrypted fields whose values people may read; all others are secrets.
SHOWN_ENCRYPTED = {"email", "phone"}
# A secret, or a value that only programs read: the sentence says that it changed.
NOT_SHOWN = "a value that isn't shown"

PASSWORD_CHANGED = "password changed"  # noqa: S105  (a reason)
NO_CHANGE = "saved without changes"
PERSON_ERASED = "Erased"
# What changed in a row whose history doesn't keep the value, by the row's reason.
INVITATION_SENT = "invitation sent"
PASSWORD_LINK_SENT = "password link sent"  # noqa: S105
SECOND_STEP_ADDED = "second step added"
SECOND_STEP_REMOVED = "second step removed"
SECOND_STEP_RESET = "second step reset"
RECOVERY_CODES_MADE = "recovery codes made"
SIGNED_OUT = "signed out"
UNSEEN_CHANGES = {
    PASSWORD_CHANGED: "changed the password",
    INVITATION_SENT: "sent an invitation",
    PASSWORD_LINK_SENT: "sent a link to choose a new password",
    SECOND_STEP_ADDED: "added a second step to sign-in",
    SECOND_STEP_REMOVED: "removed a second step of sign-in",
    SECOND_STEP_RESET: "reset two-step sign-in",
    RECOVERY_CODES_MADE: "made new recovery codes",
    PERSON_ERASED: "erased the name and contacts",
    SIGNED_OUT: "ended sign-ins of this person",
}


@dataclass(frozen=True)
class FieldChange:
    """One field's change in words; the page can put `field` back to `old`."""

    field: str
    label: str
    old: str
    new: str

    @property
    def is_shown(self) -> bool:
        return NOT_SHOWN not in (self.old, self.new)

    @property
    def words(self) -> str:
        if not self.is_shown:
            return self.label
        return f"{self.label} from {self.old} to {self.new}"


@dataclass(frozen=True)
class HistoryEntry:
    """One history row in words."""

    record: Any
    actor: str
    verb: str
    changes: tuple[FieldChange, ...]

    @property
    def sentence(self) -> str:
        steps = ", ".join(change.words for change in self.changes)
        return f"{self.actor} {self.verb}{f' {steps}' if steps else ''}"


def entries(records: Iterable[Any]) -> list[HistoryEntry]:
    """Entries of history rows, which are grouped by object and newest first.

    The oldest row given of an object has nothing to be compared with, so it makes no
    entry unless it created the object.
    """
    rows = list(records)
    names = _Names(rows)
    return [
        entry
        for row, previous in zip(rows, [*rows, None][1:], strict=True)
        if (entry := _entry(row, _same(row, previous), names)) is not None
    ]


def entry_of(
    row: Any, previous: Any, actor: str, names: dict[str, str]
) -> HistoryEntry | None:
    """The entry of one row whose actor and names of foreign keys are known already."""
    return _entry(row, previous, _Names([], names), actor)


def _same(row: Any, previous: Any) -> Any:
    return previous if previous is not None and previous.id == row.id else None


def _entry(
    row: Any, previous: Any, names: "_Names", actor: str = ""
) -> HistoryEntry | None:
    actor = actor or row.who
    if row.history_type == "+":
        return HistoryEntry(row, actor, "created this", ())
    if row.history_type == "-":
        return HistoryEntry(row, actor, "removed this", ())
    if previous is None:  # its predecessor is on the next page
        return None
    changes = list(_changes(row, previous, names))
    deletion = _deletion_verb(row, previous)
    if not changes:
        verb = UNSEEN_CHANGES.get(row.history_change_reason, NO_CHANGE)
        return HistoryEntry(row, actor, deletion or verb, ())
    if wish := _wish_about_contact(row, changes):
        return HistoryEntry(row, actor, wish, ())
    return HistoryEntry(row, actor, deletion or "changed", tuple(changes))


def _wish_about_contact(row: Any, changes: list[FieldChange]) -> str:
    """Empty for a change of anything else, or of more."""
    if [change.field for change in changes] != ["do_not_contact_at"]:
        return ""
    is_refused = row.do_not_contact_at is not None
    return "marked this as do not contact" if is_refused else "allowed contact again"


def _deletion_verb(row: Any, previous: Any) -> str:
    was, now = (getattr(item, "deleted_at", None) for item in (previous, row))
    if was is None and now is not None:
        return "deleted this"
    return "restored this" if was is not None and now is None else ""


def _changes(row: Any, previous: Any, names: "_Names") -> Iterator[FieldChange]:
    for field in row.instance_type._meta.fields:
        if field.name in HIDDEN_FIELDS or field.name == "deleted_at":
            continue
        if not hasattr(row, field.attname):
            continue
        old, new = getattr(previous, field.attname), getattr(row, field.attname)
        if old != new:
            yield FieldChange(
                field.name,
                str(field.verbose_name),
                names.words(field, old),
                names.words(field, new),
            )
    for field in _many_to_many(row):
        was, now = names.of_many(field, previous), names.of_many(field, row)
        if was != now:
            yield FieldChange(field.name, str(field.verbose_name), was, now)


def _many_to_many(row: Any) -> tuple[Any, ...]:
    """The fields whose links the history of this model keeps."""
    return tuple(getattr(row, "_history_m2m_fields", ()))


def in_words(row: models.Model, name: str) -> str:
    """The current value of a row's field, as a sentence shows it."""
    return value_in_words(row._meta.get_field(name), getattr(row, name))


def value_in_words(field: Any, value: Any) -> str:
    """A field's value as a sentence shows it; for a foreign key `value` is the row."""
    if isinstance(field, models.ForeignKey):
        return str(value or "empty")
    return _Names([]).words(field, value)


class _Names:
    """Values in words; the rows that foreign keys name are read once for all rows."""

    def __init__(self, rows: list[Any], known: dict[str, str] | None = None) -> None:
        self._by_model: dict[type[models.Model], dict[Any, models.Model]] = {}
        self._known = known or {}
        self._links: dict[tuple[str, int], list[str]] = {}
        if not rows:
            return
        for field in _many_to_many(rows[0]):
            self._learn_links(field, rows)
        for field in rows[0].instance_type._meta.fields:
            if isinstance(field, models.ForeignKey) and hasattr(rows[0], field.attname):
                ids = {getattr(row, field.attname) for row in rows} - {None}
                # A foreign key with one value everywhere never changed, so no sentence
                # needs its name.
                if len({getattr(row, field.attname) for row in rows}) > 1:
                    self._learn(field.related_model, ids)

    def _learn(self, model: Any, ids: set[Any]) -> None:
        known = self._by_model.setdefault(model, {})
        known.update(model._base_manager.in_bulk(list(ids - known.keys())))

    def _learn_links(self, field: Any, rows: list[Any]) -> None:
        name = field.m2m_reverse_field_name()
        links = getattr(rows[0], field.name).model.objects.filter(
            history__in=[row.history_id for row in rows]
        )
        for link in links.select_related(name).order_by(name):
            found = self._links.setdefault((field.name, link.history_id), [])
            found.append(str(getattr(link, name)))

    def of_many(self, field: Any, row: Any) -> str:
        """The names of the rows that a field of many had at that moment."""
        return ", ".join(self._links.get((field.name, row.history_id), ())) or "empty"

    def words(self, field: Any, value: Any) -> str:
        if value in (None, ""):
            return "empty"
        if isinstance(field, models.ForeignKey):
            known: dict[Any, Any] = self._by_model.get(field.related_model, {})
            return str(known.get(value) or self._known.get(value, "a deleted one"))
        if field.choices:
            return str(dict(field.flatchoices).get(value, value))
        if _is_secret(field):
            return NOT_SHOWN
        return _plain_words(field.name, value)


def _is_secret(field: Any) -> bool:
    is_encrypted = hasattr(field, "associated_data")
    return is_encrypted and field.name not in SHOWN_ENCRYPTED


def _plain_words(name: str, value: Any) -> str:
    if name == "phone":
        return format_phone(str(value))
    if name == "country":
        return country_name(value)
    if name == "time_zone":
        return zone_name(value)
    if name == "opening_hours":
        return hours_in_words(value)
    if name == "holidays":
        return holidays_in_words(value)
    if name.endswith("_cents"):
        return format_cents(value)
    if name.endswith("_bps"):
        return format_percent(value)
    if isinstance(value, dict):
        return NOT_SHOWN
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return format_date(value)
    return str(value)
