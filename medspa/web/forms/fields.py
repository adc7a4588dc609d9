"""Form fields: dollars and percent for columns in cents and basis points, moments."""

from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms

from medspa.clinic_time import SkippedTime, read_local_moment
from medspa.formats import clinic_formats
from medspa.reading.amounts import plain_number

HUNDRED = Decimal(100)


class HundredthsField(forms.DecimalField):
    """An integer of hundredths in the model, a number with two decimals in the form."""

    def __init__(self, **kwargs: Any) -> None:
        for unused in ("min_value", "max_value"):  # the model's are in hundredths
            kwargs.pop(unused, None)
        super().__init__(max_digits=14, decimal_places=2, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return value / HUNDRED if isinstance(value, int) else value

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            with suppress(ValueError):  # Django's field says what is wrong with it
                value = plain_number(value)
        return super().to_python(value)

    def clean(self, value: Any) -> int | None:
        number = super().clean(value)
        return None if number is None else int(number * HUNDRED)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class LocalMomentField(forms.DateTimeField):
    """Day and time by the clinic's clocks, as `datetime-local` inputs send them."""

    def to_python(self, value: Any) -> datetime | None:
        if value in self.empty_values:
            return None
        try:
            moment = read_local_moment(str(value).strip())
        except SkippedTime as refusal:
            raise forms.ValidationError(refusal.sentence, refusal.code) from refusal
        if moment is None:
            raise forms.ValidationError(self.error_messages["invalid"], "invalid")
        return moment


def clinic_formfield(name: str) -> type[forms.Field] | None:
    """The form field for a column that counts cents or basis points."""
    return HundredthsField if name.endswith(("_cents", "_bps")) else None


def with_unit(label: str, name: str) -> str:
    """The label of a column of cents or basis points: `amount ($)`, `share (%)`."""
    if name.endswith("_cents"):
        return clinic_formats().in_currency(label)
    return f"{label} (%)"
