"""The form of the clinic's settings: the row's fields, a week of hours, holidays."""

from collections.abc import Iterator, Mapping
from datetime import date, time
from itertools import pairwise
from typing import Any

from django import forms
from django.utils.text import capfirst

from medspa.accounts.people.forms import NameField
from medspa.clinic.settings import DAY_ENDS, WEEKDAYS
from medspa.clinic_time import clinic_today
from medspa.formats import clinic_formats, format_date
from medspa.formats.hours import hours_in_words
from medspa.formats.places import countries, currencies, time_zones
from medspa.setup.models import (
    LONGEST_CLINIC_NAME,
    MOST_HOLIDAYS,
    TOO_MANY_HOLIDAYS,
    Clinic,
    currency_stays,
    has_recorded_amounts,
)
from medspa.web.conflicts import ConflictForm

BLANK_HOLIDAYS = 3
LONGEST_HOLIDAY_NAME = 60
Values = Mapping[str, Any]


class ClinicForm(ConflictForm):
    """Everything but the logo, which has a form of its own.

    Two people who save at the same time: each weekday and each holiday that only one of
    them changed gets that person's value; what both changed differently is told.
    """

    name = NameField(max_length=LONGEST_CLINIC_NAME)
    country = forms.ChoiceField(choices=countries)
    time_zone = forms.ChoiceField(label="Time zone", choices=time_zones)
    currency = forms.ChoiceField(choices=currencies)
    currency_hint = "It can be changed until the first amount is recorded."

    class Meta:
        model = Clinic
        fields = (
            "name",
            "country",
            "time_zone",
            "currency",
            "week_start",
            "leads_kept_years",
            "kpi_events_kept_years",
            "activities_kept_years",
            "requires_second_step",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            is_box = isinstance(field.widget, forms.CheckboxInput)
            field.widget.attrs["class"] = "" if is_box else "field-box"
        self._keep_currency()
        for name in WEEKDAYS:
            for end in DAY_ENDS:
                self.fields[f"{name}_{end}"] = _clock_field(name, end)
                hours = self.instance.opening_hours.get(name) or {}
                self.initial[f"{name}_{end}"] = hours.get(end, "")[:5]

    def _keep_currency(self) -> None:
        """Once amounts were recorded, theirs is the only choice."""
        own, field = self.instance.currency, self.fields["currency"]
        if has_recorded_amounts():
            field.choices = [one for one in currencies() if one[0] == own]  # type: ignore[attr-defined]
            field.error_messages["invalid_choice"] = currency_stays(own)
            self.currency_hint = currency_stays(own)

    # The parts of the page ---------------------------------------------------

    def week(self) -> Iterator[tuple[str, forms.BoundField, forms.BoundField]]:
        """A weekday's name and its two inputs, in the order of the clinic's week."""
        for number in clinic_formats().weekdays:
            name = WEEKDAYS[number - 1]
            yield capfirst(name), self[f"{name}_opens"], self[f"{name}_closes"]

    def breaks(self) -> Iterator[tuple[str, forms.BoundField, forms.BoundField]]:
        """As `week`, of the breaks."""
        for number in clinic_formats().weekdays:
            name = WEEKDAYS[number - 1]
            yield capfirst(name), self[f"{name}_break_from"], self[f"{name}_break_to"]

    @property
    def has_breaks(self) -> bool:
        pairs = (fields for _, *fields in self.breaks())
        return any(field.value() or field.errors for pair in pairs for field in pair)

    def holiday_rows(self) -> list[tuple[str, str]]:
        """Day and name of each input row: what was sent, else what is coming."""
        if self.is_bound:
            rows = list(self._sent_holidays())
        else:
            known, today = _by_day(self.instance.holidays), str(clinic_today())
            rows = [(day, known[day]) for day in known if day >= today]
        return [*rows, *[("", "")] * BLANK_HOLIDAYS]

    def past_holidays(self) -> list[tuple[date, str]]:
        """The latest first."""
        today = str(clinic_today())
        days = _by_day(self.instance.holidays)
        past = [(date.fromisoformat(day), days[day]) for day in days if day < today]
        return sorted(past, reverse=True)

    # What was sent -----------------------------------------------------------

    def clean(self) -> None:
        hours, holidays = self._hours(), self._holidays()
        shown = self._shown_state()
        # What can't be read yet is merged when it has been mended.
        is_readable = not self.errors
        if is_readable:
            hours = self._merged("opening_hours", hours, shown, _day_and_hours)
            holidays = self._merged("holidays", holidays, shown, _day_off)
            if len(holidays) > MOST_HOLIDAYS:
                self.add_error(None, TOO_MANY_HOLIDAYS)
        if not self.errors:
            self.instance.opening_hours = hours
            self.instance.holidays = [
                {"on": day, "name": holidays[day]} for day in sorted(holidays)
            ]
        super().clean()
        if self.errors and is_readable and shown is not None:
            self._show_merged(hours, holidays)

    def _show_merged(self, hours: Values, holidays: Values) -> None:
        """Shown again, the form has what the other person changed beside mine."""
        sent: Any = self.data
        data = sent.copy()
        for name, value in self.reconciled.taken.items():
            data[name] = value
        for name in WEEKDAYS:
            for end in DAY_ENDS:
                data[f"{name}_{end}"] = (hours.get(name) or {}).get(end, "")[:5]
        today = str(clinic_today())
        coming = [day for day in sorted(holidays) if day >= today]
        data.setlist("holiday_on", coming)
        data.setlist("holiday_name", [holidays[day] for day in coming])
        data["seen_history"] = self.initial["seen_history"]
        self.data = data

    def _hours(self) -> dict[str, Any]:
        week: dict[str, Any] = {}
        for name in WEEKDAYS:
            sent = {end: self.cleaned_data.get(f"{name}_{end}") for end in DAY_ENDS}
            times = {end: clock for end, clock in sent.items() if clock is not None}
            if not times:
                continue
            end, refusal = _refuse_day(times)
            if refusal:
                self._refuse_hours(name, end, refusal)
            else:
                week[name] = {end: clock.isoformat() for end, clock in times.items()}
        return week

    def _refuse_hours(self, name: str, end: str, sentence: str) -> None:
        if not self.errors.keys() & {f"{name}_{each}" for each in DAY_ENDS}:
            self.add_error(f"{name}_{end}", sentence)

    def _sent_holidays(self) -> Iterator[tuple[str, str]]:
        sent: Any = self.data
        rows = (sent.getlist(name) for name in ("holiday_on", "holiday_name"))
        for day, name in zip(*rows, strict=False):
            if day.strip() or name.strip():
                yield day.strip(), " ".join(name.split())

    def _holidays(self) -> dict[str, str]:
        """Names by day, with those that are over: no input shows them."""
        today = clinic_today()
        known = _by_day(self.instance.holidays)
        found = {day: known[day] for day in known if day < str(today)}
        passed = dict(found)
        for text, name in self._sent_holidays():
            # It passed while the form was open.
            if name and passed.get(text) == name:
                continue
            if refusal := _refuse_holiday(text, name, today, found):
                self.add_error(None, refusal)
            else:
                found[text] = name
        return found

    # Two people at once ------------------------------------------------------

    def _shown_state(self) -> Any:
        """The history row that the form showed, if the clinic has changed since."""
        seen = self.cleaned_data.get("seen_history")
        if seen is None or seen == self.initial.get("seen_history"):
            return None
        return self.instance.history.filter(history_id=seen).first()

    def _merged(self, field: str, mine: Values, shown: Any, words: Any) -> dict:
        """What both leave of a field with several parts, by the key of the part."""
        if shown is None:
            return dict(mine)
        theirs = _parts(getattr(self.instance, field))
        before = _parts(getattr(shown, field))
        merged: dict[str, Any] = {}
        for key in dict.fromkeys([*before, *theirs, *mine]):
            was, their, my = before.get(key), theirs.get(key), mine.get(key)
            value = their if my == was else my
            if value is not None:
                merged[key] = value
            if my != was and their not in (was, my):
                told = words(key, their)
                self.add_error(
                    None,
                    f"Someone else changed this at the same time: {told}. Nothing was "
                    "saved. Check your entry and save again to replace theirs.",
                )
        return merged


def _refuse_day(times: Mapping[str, time]) -> tuple[str, str]:
    """The input that is wrong, and why; both empty if none is."""
    opens, closes = times.get("opens"), times.get("closes")
    if opens is None or closes is None:
        return "closes", "Enter both times, or neither to be closed."
    if closes <= opens:
        return "closes", "The closing time must be after the opening."
    if len(times) == len(DAY_ENDS) - 1:
        return "break_to", "Enter both times of the break, or neither."
    in_order = [times[end] for end in DAY_ENDS if end in times]
    if any(later <= earlier for earlier, later in pairwise(in_order)):
        return "break_to", "The break must lie within the opening hours."
    return "", ""


def _clock_field(day: str, end: str) -> forms.TimeField:
    widget = forms.TimeInput(
        format="%H:%M",
        attrs={
            "type": "time",
            "class": "field-box",
            "aria-label": f"{capfirst(day)} {end.replace('_', ' ')}",
        },
    )
    return forms.TimeField(
        required=False, widget=widget, input_formats=["%H:%M", "%I:%M %p", "%H:%M:%S"]
    )


def _refuse_holiday(text: str, name: str, today: date, found: Values) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    # Python also reads 20261225 and 2026-W52-5; browsers send neither.
    if day is None or str(day) != text:
        return f"Enter a date for “{name}”." if name else "Enter dates of holidays."
    if not name:
        return f"Name the holiday on {format_date(day)}."
    if not name.isprintable():
        return f"The holiday on {format_date(day)} has letters that can't be shown."
    if len(name) > LONGEST_HOLIDAY_NAME:
        return f"Holiday names have at most {LONGEST_HOLIDAY_NAME} characters."
    if day < today:
        return f"{format_date(day)} has passed. A holiday must be today or later."
    if day.year > today.year + 5:
        return f"{format_date(day)} is more than five years away."
    return f"{format_date(day)} is entered twice." if text in found else ""


def _by_day(holidays: Any) -> dict[str, str]:
    return {holiday["on"]: holiday["name"] for holiday in holidays}


def _parts(value: Any) -> dict[str, Any]:
    return _by_day(value) if isinstance(value, list) else dict(value)


def _day_and_hours(day: str, hours: Any) -> str:
    return hours_in_words({day: hours})


def _day_off(day: str, name: Any) -> str:
    words = format_date(date.fromisoformat(day))
    return f"{words} is {name}" if name else f"{words} is no holiday"
