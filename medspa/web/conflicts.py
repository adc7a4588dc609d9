"""Two people edit one row at the same time: their changes are merged field by field.

A form remembers which state of the row it showed. When the row has changed since, a
field that only one of the two changed gets that person's value. A field that both
changed differently is shown with both values, and nothing is saved until the person
has chosen one.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import QueryDict

from medspa.audit.sentences import entries, value_in_words
from medspa.templatetags.clinic import ago

# The state that the form showed is gone from the history.
UNKNOWN_VALUE = object()


@dataclass(frozen=True)
class Conflict:
    """A field that both changed: the input's name, and both values raw and in words."""

    name: str
    label: str
    theirs: str
    mine: str
    their_words: str
    my_words: str


@dataclass
class Reconciliation:
    """The result of merging. `taken`: the other person's raw values by input name."""

    conflicts: list[Conflict] = field(default_factory=list)
    taken: dict[str, str] = field(default_factory=dict)
    sentences: list[str] = field(default_factory=list)


class ConflictForm(forms.ModelForm):
    """A model form that detects and merges a concurrent change.

    The view must hold a lock on the row when it validates the form. Only inputs with a
    single value are merged; others keep the value of whoever saves last.
    """

    seen_history = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reconciled = Reconciliation()
        if not self.instance._state.adding:
            self.initial["seen_history"] = self._latest_history_id()

    def clean(self) -> None:
        super().clean()
        if self.instance._state.adding:
            return
        seen = self.cleaned_data.get("seen_history")
        if seen is not None and seen != self.initial["seen_history"]:
            self._reconcile(self.cleaned_data, seen)

    def has_changed(self) -> bool:
        return bool(set(self.changed_data) - {"seen_history"})

    def _latest_history_id(self) -> int | None:
        return (
            self.instance.history.order_by("-history_id")
            .values_list("history_id", flat=True)
            .first()
        )

    def _reconcile(self, cleaned: dict[str, Any], seen: int) -> None:
        shown = self.instance.history.filter(history_id=seen).first()
        for name in self._comparable(cleaned):
            self._reconcile_field(name, cleaned, shown)
        if self.reconciled.taken or self.reconciled.conflicts:
            self.reconciled.sentences = list(self._sentences(seen))
        if self.reconciled.conflicts:
            self.add_error(
                None, "Someone else changed the same field. Nothing was saved."
            )

    def _comparable(self, cleaned: dict[str, Any]) -> list[str]:
        known = {column.name for column in self.instance._meta.concrete_fields}
        return [
            name
            for name in self.fields
            if name in known and name in cleaned and not _has_parts(self.fields[name])
        ]

    def _reconcile_field(self, name: str, cleaned: dict[str, Any], shown: Any) -> None:
        attname = self.instance._meta.get_field(name).attname
        theirs = getattr(self.instance, attname)
        before = getattr(shown, attname, UNKNOWN_VALUE)
        if theirs == before:
            return
        form_field, raw = self.fields[name], self[name].data
        is_mine = before is UNKNOWN_VALUE or form_field.has_changed(before, raw)
        if is_mine and form_field.has_changed(theirs, raw):
            self.reconciled.conflicts.append(self._conflict(name, theirs, raw))
            return
        cleaned[name] = getattr(self.instance, name)
        self.reconciled.taken[self.add_prefix(name)] = _raw(form_field, theirs)

    def _conflict(self, name: str, theirs: Any, raw: Any) -> Conflict:
        column: Any = self.instance._meta.get_field(name)
        mine = self.cleaned_data[name]
        label = str(column.verbose_name)
        return Conflict(
            name=self.add_prefix(name),
            label=label[:1].upper() + label[1:],
            theirs=_raw(self.fields[name], theirs),
            mine=str(raw or ""),
            their_words=value_in_words(column, getattr(self.instance, name)),
            my_words=value_in_words(column, mine),
        )

    def _sentences(self, seen: int) -> Iterator[str]:
        records = self.instance.history.filter(history_id__gte=seen).select_related(
            "history_user"
        )
        for entry in entries(records.order_by("-history_id")):
            # The state that the form showed is only there to compare with.
            if entry.record.history_id > seen:
                yield f"{entry.sentence} {ago(entry.record.history_date)}."


def _has_parts(form_field: forms.Field) -> bool:
    return isinstance(form_field.widget, forms.MultiWidget)


def _raw(form_field: forms.Field, value: Any) -> str:
    """A model's value as the form's input would send it."""
    prepared = form_field.prepare_value(value)
    return "" if prepared is None else str(prepared)


def inputs_to_resend(
    data: QueryDict, some_forms: Iterable[ConflictForm]
) -> list[tuple[str, str]]:
    """The conflict page's hidden inputs: what was sent, merged, and the new state."""
    replaced: dict[str, str] = {}
    chosen = {"csrfmiddlewaretoken"}
    for form in some_forms:
        replaced |= form.reconciled.taken
        newest = form.initial.get("seen_history")
        replaced[form.add_prefix("seen_history")] = str(newest or "")
        chosen |= {conflict.name for conflict in form.reconciled.conflicts}
    kept = [
        (name, value)
        for name, values in data.lists()
        if name not in chosen and name not in replaced
        for value in values
    ]
    return [*kept, *replaced.items()]
