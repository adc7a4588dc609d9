"""Dates, times, money and percents by the clinic's country."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from django.template import Context, Template
from django.utils.formats import get_format, reset_format_cache

from medspa.formats import ClinicFormats, formats_of
from medspa.months import DayRange
from tests.clinics import ChangeClinic

ROOT = Path(__file__).resolve().parents[2]
DAY = date(2026, 11, 22)
MOMENT = datetime(2026, 11, 22, 21, 14, tzinfo=UTC)  # 4:14 PM in New York
LONG_AGO = MOMENT.replace(year=2020)
NOW = datetime(2026, 11, 26, tzinfo=UTC)
US, GB, DE = (formats_of(country) for country in ("US", "gb", "DE"))
YEAR = 2026


@pytest.fixture
def clinic_in(clinic_is: ChangeClinic) -> Iterator[Callable[[str], None]]:
    """Move the clinic to another country; Django's kept formats go with it."""

    def move(country: str) -> None:
        clinic_is(country=country)
        reset_format_cache()

    yield move
    reset_format_cache()


@pytest.mark.parametrize(
    ("write", "american", "british", "german"),
    [
        (lambda f: f.date(DAY), "Nov 22, 2026", "22 Nov 2026", "22 Nov 2026"),
        (lambda f: f.day_of_year(DAY), "Nov 22", "22 Nov", "22 Nov"),
        (lambda f: f.month(DAY), *["November 2026"] * 3),
        (lambda f: f.short_month(DAY), *["Nov 2026"] * 3),
        (
            lambda f: f.weekday_date(DAY),
            "Sun, Nov 22, 2026",
            "Sun 22 Nov 2026",
            "Sun 22 Nov 2026",
        ),
        (lambda f: f.time(time(0, 5)), "12:05 AM", "00:05", "00:05"),
        (lambda f: f.time(time(12, 5)), "12:05 PM", "12:05", "12:05"),
        (lambda f: f.hour(0), "12 AM", "00:00", "00:00"),
        (lambda f: f.hour(17), "5 PM", "17:00", "17:00"),
        (
            lambda f: f.moment(MOMENT, NOW),
            "Sun, Nov 22, 4:14 PM",
            "Sun 22 Nov, 16:14",
            "Sun 22 Nov, 16:14",
        ),
        (
            lambda f: f.moment(MOMENT, NOW.replace(year=2027)),
            "Nov 22, 2026, 4:14 PM",
            "22 Nov 2026, 16:14",
            "22 Nov 2026, 16:14",
        ),
        (
            lambda f: f.full_moment(MOMENT),
            "Sun, Nov 22, 2026, 4:14 PM",
            "Sun 22 Nov 2026, 16:14",
            "Sun 22 Nov 2026, 16:14",
        ),
        (lambda f: f.local_date(MOMENT), "Nov 22, 2026", *["22 Nov 2026"] * 2),
        (lambda f: f.money(123_400), "$1,234", "£1,234", "1,234"),
        (lambda f: f.money(-123_450), "−$1,234.50", "−£1,234.50", "−1,234.50"),
        (lambda f: f.money(None), "–", "–", "–"),
        (lambda f: f.percent(2500), "25%", "25%", "25%"),
        (lambda f: f.percent(1250), "12.5%", "12.5%", "12.5%"),
        (lambda f: f.paper, "Letter", "A4", "A4"),
        (lambda f: f.weekdays, [7, 1, 2, 3, 4, 5, 6], *[[1, 2, 3, 4, 5, 6, 7]] * 2),
    ],
)
def test_each_country_has_its_own_way_to_write(
    write: Callable[[ClinicFormats], Any], american: Any, british: Any, german: Any
) -> None:
    assert [write(each) for each in (US, GB, DE)] == [american, british, german]


@pytest.mark.parametrize(
    ("first", "last", "american", "this_year", "british"),
    [
        ("2026-09-01", "2026-09-30", "Sep 2026", "Sep", "Sep 2026"),
        ("2026-09-01", "2026-10-31", "Sep – Oct 2026", "Sep – Oct", "Sep – Oct 2026"),
        (
            "2025-12-01",
            "2026-01-31",
            "Dec 2025 – Jan 2026",
            "Dec 2025 – Jan",
            "Dec 2025 – Jan 2026",
        ),
        ("2026-09-01", "2026-09-07", "Sep 1–7, 2026", "Sep 1–7", "1–7 Sep 2026"),
        (
            "2026-09-28",
            "2026-10-04",
            "Sep 28 – Oct 4, 2026",
            "Sep 28 – Oct 4",
            "28 Sep – 4 Oct 2026",
        ),
        ("2026-09-05", "2026-09-05", "Sep 5, 2026", "Sep 5", "5 Sep 2026"),
        (
            "2025-12-28",
            "2026-01-03",
            "Dec 28, 2025 – Jan 3, 2026",
            "Dec 28, 2025 – Jan 3",
            "28 Dec 2025 – 3 Jan 2026",
        ),
        ("2025-11-01", "2025-11-30", "Nov 2025", "Nov 2025", "Nov 2025"),
    ],
)
def test_a_range_of_days_is_as_short_as_it_is_unambiguous(
    first: str, last: str, american: str, this_year: str, british: str
) -> None:
    days = DayRange(date.fromisoformat(first), date.fromisoformat(last))
    assert US.days(days) == american
    assert US.days(days, YEAR) == this_year
    assert GB.days(days) == british


def test_a_whole_month_can_be_written_with_both_dates() -> None:
    month = DayRange.of_month(date(2026, 10, 5))
    assert (US.dates(month), GB.dates(month)) == ("Oct 1–31, 2026", "1–31 Oct 2026")


@pytest.mark.parametrize(
    ("country", "shown"),
    [
        ("US", "Nov 22, 2026|Nov 22, 2020, 4:14 PM|November 2026|$5|20%"),
        ("GB", "22 Nov 2026|22 Nov 2020, 16:14|November 2026|£5|20%"),
    ],
)
def test_pages_follow_the_clinics_country(
    clinic_in: Callable[[str], None], country: str, shown: str
) -> None:
    clinic_in(country)
    page = Template(
        "{{ day|day }}|{{ at|moment }}|{{ day|month }}|"
        "{{ cents|money }}|{{ bps|percent }}"
    )
    values = {"day": DAY, "at": LONG_AGO, "cents": 500, "bps": 2000}
    assert page.render(Context(values)) == shown


@pytest.mark.parametrize(
    ("country", "date_format", "time_format", "first_weekday", "date_input"),
    [
        ("US", "M j, Y", "g:i A", 0, "%m/%d/%Y"),
        ("GB", "j M Y", "H:i", 1, "%d/%m/%Y"),
        ("AU", "j M Y", "g:i A", 1, "%d/%m/%Y"),
        ("DE", "j M Y", "H:i", 1, "%d/%m/%Y"),
    ],
)
def test_the_themes_pages_and_inputs_follow_it_too(
    clinic_in: Callable[[str], None],
    country: str,
    date_format: str,
    time_format: str,
    first_weekday: int,
    date_input: str,
) -> None:
    clinic_in(country)
    assert get_format("DATE_FORMAT") == date_format
    assert get_format("DATETIME_FORMAT") == f"{date_format}, {time_format}"
    assert get_format("FIRST_DAY_OF_WEEK") == first_weekday
    assert get_format("DATE_INPUT_FORMATS")[:2] == [date_input, "%Y-%m-%d"]


# A format for programs: an address, an input or a file.
MACHINE_FORMAT = re.compile(r"%Y-%m(-%d([T ]%H:%M(:%S)?Z?|T10:00)?)?|%Y%m%dT%H%M%S")
FORMATTED = re.compile(r":(%[A-Za-z][^}\"']*)\}|strftime\(\s*\"([^\"]+)\"")
# They write dates; all others ask them.
FORMATTERS = ("medspa/formats/", "medspa/months.py", "medspa/templatetags/clinic.py")
APPS = (
    *("api", "campaigns", "commissions", "connections"),
    *("kpis", "leads", "medspa", "safekeeping"),
)


SIGN = re.compile(r"\$[\d ]")


def _sources() -> Iterator[tuple[str, str]]:
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            name = str(path.relative_to(ROOT))
            if "/migrations/" not in name and not name.startswith(FORMATTERS):
                yield name, path.read_text()


def test_no_date_format_stands_outside_the_formatter() -> None:
    strays = [
        f"{name}: {found}"
        for name, text in _sources()
        for match in FORMATTED.finditer(text)
        if not MACHINE_FORMAT.fullmatch(found := match[1] or match[2])
    ]
    strays += [
        name
        for name, text in _sources()
        if re.search(r"\b(date_format|time_format|dateformat)\(", text)
    ]
    assert strays == []


def test_no_template_formats_a_date_or_a_percent_itself() -> None:
    own = re.compile(r"\|(date|time|floatformat)\b|\}\} %|widthratio")
    strays = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in sorted((ROOT / "templates").rglob("*.html"))
        for match in own.finditer(path.read_text())
    ]
    assert strays == []


def test_no_page_or_sentence_writes_the_sign_of_a_currency_itself() -> None:
    templates = (ROOT / "templates").rglob("*.html")
    texts = [(str(path.relative_to(ROOT)), path.read_text()) for path in templates]
    # In Python only what is a string: docstrings show amounts between backticks.
    in_string = re.compile(r'"(?!\$\d")[^"`\n]*\$[\d ][^"`\n]*"')
    strays = [f"{name}: {m[0]}" for name, text in texts for m in SIGN.finditer(text)]
    strays += [
        f"{name}: {match[0]}"
        for name, text in _sources()
        for match in in_string.finditer(text)
    ]
    assert strays == []


def test_nobody_reads_the_clinic_from_the_settings() -> None:
    readers = [name for name, text in _sources() if "settings.FIRST_CLINIC" in text]
    assert readers == []
