"""The Settings page of the clinic: what it takes, refuses and tells."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from medspa.audit.actors import acting
from medspa.clinic.settings import WEEKDAYS
from medspa.clinic_time import clinic_today
from medspa.formats import format_date
from medspa.formats.places import countries
from medspa.models import Clinic, JobRun, User
from medspa.setup.models import the_clinic

pytestmark = pytest.mark.django_db
ADDRESS = "/clinic/"
BREAK = {
    "monday_opens": "09:00",
    "monday_break_from": "12:00",
    "monday_break_to": "13:00",
    "monday_closes": "17:00",
}
DAYS = [clinic_today() + timedelta(days=1 + number) for number in range(201)]


@pytest.fixture
def browser(client: Client, administrator: User) -> Client:
    client.force_login(administrator)
    return client


def inputs_of(form: Any) -> dict[str, Any]:
    values = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in values.items()}


def sent(browser: Client, **typed: Any) -> dict[str, Any]:
    """What the browser sends of the page as it is now, with something typed."""
    form = browser.get(ADDRESS).context["form"]
    data = inputs_of(form)
    rows = form.holiday_rows()
    data["holiday_on"] = [day for day, _ in rows]
    data["holiday_name"] = [name for _, name in rows]
    return data | typed


def save(browser: Client, data: dict[str, Any]) -> Any:
    return browser.post(ADDRESS, data)


def said(answer: Any) -> str:
    return answer.content.decode().replace("&#x27;", "'")


def test_everything_is_saved_with_who_changed_what(browser: Client) -> None:
    christmas = date(clinic_today().year + 1, 12, 25)
    data = sent(
        browser,
        name="Glow Med Spa",
        country="GB",
        currency="GBP",
        week_start="1",
        leads_kept_years="6",
        monday_opens="09:00",
        monday_closes="17:30",
        holiday_on=[str(christmas)],
        holiday_name=["Christmas Day"],
    )
    assert save(browser, data).status_code == 302
    clinic = the_clinic()
    assert (clinic.name, clinic.country, clinic.currency) == (
        "Glow Med Spa",
        "GB",
        "GBP",
    )
    assert clinic.opening_hours == {
        "monday": {"opens": "09:00:00", "closes": "17:30:00"}
    }
    assert clinic.holidays == [{"on": str(christmas), "name": "Christmas Day"}]
    page = said(browser.get(ADDRESS))
    assert "administrator changed name from MedSpa Growth Hub to Glow Med Spa" in page
    assert "opening hours from empty to Monday 09:00–17:30" in page
    assert f"holidays from empty to 25 Dec {christmas.year} (Christmas Day)" in page
    assert "<title>Clinic | Glow Med Spa</title>" in page


def test_a_break_is_saved_shown_and_written_in_words(browser: Client) -> None:
    page = browser.get(ADDRESS).text
    assert '<details class="breaks">' in page
    assert save(browser, sent(browser, **BREAK)).status_code == 302
    assert the_clinic().opening_hours["monday"] == {
        "opens": "09:00:00",
        "break_from": "12:00:00",
        "break_to": "13:00:00",
        "closes": "17:00:00",
    }
    page = browser.get(ADDRESS).text
    assert '<details class="breaks" open>' in page
    assert "Monday 9:00 AM–12:00 PM and 1:00 PM–5:00 PM" in page
    assert save(browser, sent(browser)).status_code == 302
    assert "break_to" in the_clinic().opening_hours["monday"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": " "}, "This field is required."),
        ({"time_zone": "America/Atlantis"}, "Choose from the list"),
        ({"country": "XX"}, "Choose from the list"),
        ({"leads_kept_years": "8"}, "Choose 2 to 7 years."),
        ({"leads_kept_years": "2"}, "Keep leads at least as long as their payments"),
        (
            {"monday_opens": "17:00", "monday_closes": "09:00"},
            "The closing time must be after the opening.",
        ),
        (BREAK | {"monday_break_to": ""}, "Enter both times of the break, or neither."),
        (BREAK | {"monday_break_from": "08:00"}, "The break must lie within"),
        (BREAK | {"monday_break_to": "17:00"}, "The break must lie within"),
        ({"monday_break_from": "12:00"}, "Enter both times, or neither to be closed."),
        ({"monday_opens": "9:00"}, "Enter both times, or neither to be closed."),
        ({"monday_opens": "soon", "monday_closes": "later"}, "Enter a time."),
        ({"holiday_on": ["2027-02-30"], "holiday_name": ["x"]}, "Enter a date for “x”"),
        ({"holiday_on": ["20271225"], "holiday_name": ["x"]}, "Enter a date for “x”"),
        ({"holiday_on": ["2027-W52-6"], "holiday_name": ["x"]}, "Enter a date for “x”"),
        (
            {"holiday_on": list(map(str, DAYS)), "holiday_name": ["x"] * len(DAYS)},
            "Enter at most 200 holidays.",
        ),
        ({"name": "\u200b"}, "This field is required."),
        ({"holiday_on": ["2031-12-25"], "holiday_name": [""]}, "Name the holiday on"),
        ({"holiday_on": ["2031-12-25"], "holiday_name": ["x\0"]}, "be shown."),
        ({"holiday_on": ["2999-12-25"], "holiday_name": ["x"]}, "five years away"),
    ],
)
def test_what_can_not_be_is_told_and_nothing_saved(
    browser: Client, typed: dict[str, Any], sentence: str
) -> None:
    answer = save(browser, sent(browser, **{"currency": "CAD", **typed}))
    assert sentence in said(answer)
    assert "Nothing was saved." in said(answer)
    assert the_clinic().currency == "USD"


def test_a_holiday_in_the_past_is_refused_and_a_past_one_stays(browser: Client) -> None:
    yesterday = clinic_today() - timedelta(days=1)
    row = {"holiday_on": [str(yesterday)], "holiday_name": ["Moving day"]}
    answer = save(browser, sent(browser, **row))
    words = f"{format_date(yesterday)} has passed. A holiday must be today or later."
    assert words in said(answer)
    known = [{"on": str(yesterday), "name": "Moving day"}]
    Clinic.objects.update(holidays=known)
    assert save(browser, sent(browser, currency="CAD")).status_code == 302
    assert the_clinic().holidays == known
    assert "Past holidays (1)" in said(browser.get(ADDRESS))


def test_a_holiday_that_passed_while_the_form_was_open_stays(browser: Client) -> None:
    known = [{"on": str(clinic_today() - timedelta(days=1)), "name": "Moving day"}]
    Clinic.objects.update(holidays=known)
    row = {"holiday_on": [known[0]["on"]], "holiday_name": ["Moving day"]}
    assert save(browser, sent(browser, **row)).status_code == 302
    assert the_clinic().holidays == known


def change(**values: Any) -> None:
    clinic = the_clinic()
    for name, value in values.items():
        setattr(clinic, name, value)
    with acting("Bea"):
        clinic.save()


NINE = {"opens": "09:00:00", "closes": "17:00:00"}
TEN = {"opens": "10:00:00", "closes": "17:00:00"}


def test_what_two_people_change_of_different_things_is_kept_of_both(
    browser: Client,
) -> None:
    data = sent(browser, currency="CAD", friday_opens="09:00", friday_closes="17:00")
    change(name="Bea's", opening_hours={"monday": NINE})
    assert save(browser, data).status_code == 302
    clinic = the_clinic()
    assert (clinic.name, clinic.currency) == ("Bea's", "CAD")
    assert clinic.opening_hours == {"monday": NINE, "friday": NINE}


def test_one_field_that_two_people_change_is_chosen_by_the_second(
    browser: Client,
) -> None:
    data = sent(browser, name="Mine")
    change(name="Theirs")
    answer = save(browser, data)
    assert answer.status_code == 409
    assert "Bea changed name from MedSpa Growth Hub to Theirs" in said(answer)
    assert the_clinic().name == "Theirs"
    again = dict(answer.context["inputs"]) | {"name": "Mine"}
    assert save(browser, again).status_code == 302
    assert the_clinic().name == "Mine"


def test_hours_that_two_people_change_are_told_and_the_rest_is_kept(
    browser: Client,
) -> None:
    data = sent(browser, monday_opens="10:00", monday_closes="17:00")
    change(currency="CAD", opening_hours={"monday": NINE, "friday": NINE})
    answer = save(browser, data)
    told = "Someone else changed this at the same time: Monday 9:00 AM–5:00 PM."
    assert told in said(answer)
    assert the_clinic().opening_hours["monday"] == NINE
    form = answer.context["form"]
    assert form["currency"].value() == "CAD"
    assert save(browser, inputs_of(form)).status_code == 302
    assert the_clinic().opening_hours == {"monday": TEN, "friday": NINE}
    assert the_clinic().currency == "CAD"


def test_a_week_has_its_days_in_the_clinics_order(browser: Client) -> None:
    names = [name for name, _, _ in browser.get(ADDRESS).context["form"].week()]
    assert names == ["Sunday", *(day.capitalize() for day in WEEKDAYS[:-1])]


def test_countries_are_called_by_their_names() -> None:
    names = dict(countries())
    assert (names["US"], names["DE"], names["GB"]) == (
        "United States",
        "Germany",
        "United Kingdom",
    )
    assert not [name for name in names.values() if name.startswith("*")]
    assert not [code for code, name in names.items() if name == code]
    assert (names["IM"], names["SZ"]) == ("Isle of Man", "Eswatini")
    assert not [name for name in names.values() if " Of " in name or " And " in name]


def test_another_zone_starts_the_rebuild_and_the_page_says_so(browser: Client) -> None:
    save(browser, sent(browser, currency="CAD"))
    assert not JobRun.objects.exists()
    answer = save(browser, sent(browser, time_zone="Asia/Tokyo"))
    run = JobRun.objects.get()
    assert answer["Location"] == f"/runs/{run.pk}/"
    assert run.title == "Recalculating reports for Tokyo time"
    page = said(browser.get(ADDRESS))
    assert "Locked commission months stay as they were signed" in " ".join(page.split())
    assert run.title in page


def test_saving_starts_a_rebuild_again_that_was_canceled(browser: Client) -> None:
    save(browser, sent(browser, time_zone="Asia/Tokyo"))
    run = JobRun.objects.get()
    browser.post(f"/runs/{run.pk}/cancel/")
    assert "Save this page to start it again." in said(browser.get(ADDRESS))
    answer = save(browser, sent(browser))
    again = JobRun.objects.exclude(pk=run.pk).get()
    assert again.title == run.title
    assert answer["Location"] == f"/runs/{again.pk}/"


@pytest.mark.parametrize("role", ["Front desk", "Manager", "Provider"])
def test_nobody_else_opens_the_page(client: Client, person: Any, role: str) -> None:
    client.force_login(person(role))
    assert client.get(ADDRESS).status_code == 403
    assert client.post(ADDRESS, {"name": "x"}).status_code == 403
    assert client.post("/clinic/logo/", {"remove": "1"}).status_code == 403


def test_a_change_of_country_and_zone_is_told_by_their_names(browser: Client) -> None:
    typed = sent(browser, country="GB", time_zone="Europe/London")
    browser.post(ADDRESS, typed)
    page = browser.get(ADDRESS).text
    assert "country from United States to United Kingdom" in page
    assert "time zone from Eastern (New York) to London" in page
