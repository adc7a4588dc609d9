"""Read by `django.utils.formats.get_format`, name by name."""

from collections.abc import Callable
from typing import Any

from medspa.formats import ClinicFormats, clinic_formats

ISO_DAY = "%Y-%m-%d"


def _day(formats: ClinicFormats) -> str:
    return "M j, Y" if formats.is_month_first else "j M Y"


def _time(formats: ClinicFormats) -> str:
    return "g:i A" if formats.has_12_hours else "H:i"


def _numbers(formats: ClinicFormats) -> str:
    return "m/d/Y" if formats.is_month_first else "d/m/Y"


def _day_inputs(formats: ClinicFormats) -> list[str]:
    """The first is what a field shows; ISO is what scripts and browsers send."""
    slashed = "%m/%d/%Y" if formats.is_month_first else "%d/%m/%Y"
    words = ["%b %d, %Y", "%d %b %Y", "%B %d, %Y", "%d %B %Y"]
    return [slashed, ISO_DAY, slashed.replace("%Y", "%y"), *words]


def _time_inputs(formats: ClinicFormats) -> list[str]:
    clock = ["%H:%M:%S", "%H:%M", "%H:%M:%S.%f"]
    return ["%I:%M %p", *clock] if formats.has_12_hours else ["%H:%M", *clock]


def _moment_inputs(formats: ClinicFormats) -> list[str]:
    return [
        f"{day} {clock}"
        for day in _day_inputs(formats)[:2]
        for clock in _time_inputs(formats)
    ]


_BY_NAME: dict[str, Callable[[ClinicFormats], Any]] = {
    "DATE_FORMAT": _day,
    "TIME_FORMAT": _time,
    "DATETIME_FORMAT": lambda formats: f"{_day(formats)}, {_time(formats)}",
    "YEAR_MONTH_FORMAT": lambda formats: "F Y",
    "MONTH_DAY_FORMAT": lambda formats: "F j" if formats.is_month_first else "j F",
    "SHORT_DATE_FORMAT": _numbers,
    "SHORT_DATETIME_FORMAT": lambda formats: f"{_numbers(formats)} {_time(formats)}",
    "FIRST_DAY_OF_WEEK": lambda formats: formats.first_weekday,
    "DATE_INPUT_FORMATS": _day_inputs,
    "TIME_INPUT_FORMATS": _time_inputs,
    "DATETIME_INPUT_FORMATS": _moment_inputs,
}


def __getattr__(name: str) -> Any:
    if name not in _BY_NAME:
        raise AttributeError(name)
    return _BY_NAME[name](clinic_formats())
