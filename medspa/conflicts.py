"""Two people saving one row: the second is told what the first has changed."""

from datetime import UTC, datetime
from typing import Any

from django import forms

from medspa.history_sentences import entries
from medspa.templatetags.clinic import duration


class ConflictNoticeForm(forms.ModelForm):
    """Remembers which state of the row the form showed.

    When the row has changed since, saving is refused once with sentences that name
    who changed what; what was typed stays in the form, and saving again is a
    decision. The row must be locked by the view when the form is validated.
    """

    seen_history = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            self.initial["seen_history"] = self._latest_history_id()

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.instance._state.adding or not hasattr(self.instance, "history"):
            return cleaned
        seen = (cleaned or {}).get("seen_history")
        if seen is not None and seen != self.initial["seen_history"]:
            self._refuse_once(seen)
        return cleaned

    def has_changed(self) -> bool:
        return bool(set(self.changed_data) - {"seen_history"})

    def _latest_history_id(self) -> int | None:
        return (
            self.instance.history.order_by("-history_id")
            .values_list("history_id", flat=True)
            .first()
        )

    def _refuse_once(self, seen: int) -> None:
        records = self.instance.history.filter(history_id__gte=seen).select_related(
            "history_user"
        )
        for entry in entries(records.order_by("-history_id")):
            if entry.record.history_id > seen:  # the seen one is only compared with
                ago = _ago(entry.record.history_date)
                self.add_error(None, f"{entry.sentence} {ago}.")
        self.add_error(
            None, "Nothing of yours was saved yet. Check both and save again."
        )
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data[self.add_prefix("seen_history")] = self.initial["seen_history"]
        self.data = data


def _ago(moment: Any) -> str:
    words = duration(datetime.now(UTC) - moment)
    return "just now" if words == "now" else f"{words} ago"
