"""Every constraint of the clinic and its logo, by a form and by SQL."""

import pytest

from medspa.models import Clinic, ClinicLogo
from medspa.setup.models import the_clinic
from tests.rules import Rule, refusal_in_sql, refusal_in_words

pytestmark = pytest.mark.django_db
CLOSES_FIRST = {"monday": {"opens": "17:00:00", "closes": "09:00:00"}}
BREAK_TOO_LATE = {
    "monday": {
        "opens": "09:00:00",
        "break_from": "12:00:00",
        "break_to": "18:00:00",
        "closes": "18:00:00",
    }
}


def make_logo() -> ClinicLogo:
    return ClinicLogo.objects.create(
        media_type="image/png", width=1, height=1, content=b"png"
    )


RULES = [
    Rule(
        "medspa_cliniclogo_is_a_picture",
        make_logo,
        {"media_type": "image/svg+xml"},
        "Upload a PNG, JPEG or WebP image.",
        "media_type",
    ),
    Rule(
        "medspa_clinic_is_the_only_one",
        the_clinic,
        {"id": 2},
        "There is only one clinic.",
    ),
    Rule(
        "medspa_clinic_name_is_given",
        the_clinic,
        {"name": "  "},
        "Enter the clinic's name.",
        "name",
    ),
    Rule(
        "medspa_clinic_country_is_a_code",
        the_clinic,
        {"country": "us"},
        "Choose a country from the list.",
        "country",
    ),
    Rule(
        "medspa_clinic_time_zone_is_given",
        the_clinic,
        {"time_zone": "-"},
        "Choose a time zone from the list.",
        "time_zone",
    ),
    Rule(
        "medspa_clinic_currency_is_known",
        the_clinic,
        {"currency": "JPY"},
        "Choose a currency from the list.",
        "currency",
    ),
    Rule(
        "medspa_clinic_week_start_is_known",
        the_clinic,
        {"week_start": 3},
        "Choose from the list.",
        "week_start",
    ),
    Rule(
        "medspa_clinic_opening_hours_name_weekdays",
        the_clinic,
        {"opening_hours": {"someday": None}},
        "“someday” can't be stored here. Allowed: monday, tuesday, wednesday, "
        "thursday, friday, saturday, sunday.",
        "opening_hours",
    ),
    Rule(
        "medspa_clinic_closes_after_it_opens",
        the_clinic,
        {"opening_hours": CLOSES_FIRST},
        "monday: Value error, the closing time must be after the opening time.",
        "opening_hours",
    ),
    Rule(
        "medspa_clinic_breaks_lie_within_opening_hours",
        the_clinic,
        {"opening_hours": BREAK_TOO_LATE},
        "monday: Value error, the break must lie within the opening hours.",
        "opening_hours",
    ),
    Rule(
        "medspa_clinic_holidays_are_a_list",
        the_clinic,
        {"holidays": {}},
        "holidays: Input should be a valid array.",
        "holidays",
    ),
    Rule(
        "medspa_clinic_skipped_steps_are_a_list",
        the_clinic,
        {"skipped_steps": {"campaigns": True}},
        "Skipped steps are given as a list.",
    ),
    Rule(
        "medspa_clinic_leads_kept_years_fit",
        the_clinic,
        {"leads_kept_years": 8},
        "Choose 2 to 7 years.",
        "leads_kept_years",
    ),
    Rule(
        "medspa_clinic_kpi_events_kept_years_fit",
        the_clinic,
        {"kpi_events_kept_years": 1},
        "Choose 2 to 5 years.",
        "kpi_events_kept_years",
    ),
    Rule(
        "medspa_clinic_activities_kept_years_fit",
        the_clinic,
        {"activities_kept_years": 4},
        "Choose 2 to 3 years.",
        "activities_kept_years",
    ),
    Rule(
        "medspa_clinic_leads_outlast_their_records",
        the_clinic,
        {"leads_kept_years": 4},
        "Keep leads at least as long as their payments and activities.",
    ),
]


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_a_form_says_the_rule(rule: Rule) -> None:
    assert rule.sentence in refusal_in_words(rule)[rule.place]


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_the_database_refuses_what_breaks_the_rule(rule: Rule) -> None:
    assert refusal_in_sql(rule) == rule.name


def test_a_second_clinic_is_refused() -> None:
    assert Clinic.objects.count() == 1
    rule = RULES[1]
    assert refusal_in_sql(rule) == "medspa_clinic_is_the_only_one"
