"""What is made once per process changes when what it was made of changes."""

from datetime import UTC, datetime

import pytest
from django.db import DataError, connection
from django.template import Context, Template
from django.test import override_settings
from django.urls import NoReverseMatch, path, set_script_prefix

from medspa.clinic.current import clinic_scope
from medspa.clinic.settings import ClinicSettings
from medspa.templatetags.clinic import kept_part
from medspa.templatetags.known_addresses import address_of

urlpatterns = [path("elsewhere/", lambda request: None, name="leads")]


def form(**values: object) -> str:
    from leads.selection.list_filters import FilterForm, FilterOption

    fields = {
        "name": "value",
        "label": "Value",
        "options": (FilterOption("a", "A & B", False),),
        "is_excluded": False,
        "span": "money",
        "first": "",
        "last": "",
    }
    return kept_part("leads/filter_choices.html", pill=FilterForm(**(fields | values)))


def test_a_kept_part_follows_its_values_and_the_clinics_formats() -> None:
    with clinic_scope(ClinicSettings(country="US", currency="USD")):
        assert "A &amp; B" in form()
        assert "From ($)" in form()
        assert "From ($)" in form()
        assert 'value="7"' in form(first="7")
        assert 'value="7"' not in form()
    with clinic_scope(ClinicSettings(country="GB", currency="GBP")):
        assert "From (£)" in form()


def test_an_address_follows_urls_and_prefix() -> None:
    assert address_of("leads") == "/leads/"
    assert address_of("leads_counts", "NAME") == "/leads/counts/NAME/"
    try:
        set_script_prefix("/clinic/")
        assert address_of("leads") == "/clinic/leads/"
    finally:
        set_script_prefix("/")
    with override_settings(ROOT_URLCONF=__name__):
        assert address_of("leads") == "/elsewhere/"


def test_the_tag_of_addresses_does_as_djangos() -> None:
    def shown(text: str) -> str:
        return Template(text).render(Context({"x": "a1"}))

    assert shown("{% url 'leads' %}") == "/leads/"
    assert shown("{% url 'leads' as page %}[{{ page }}]") == "[/leads/]"
    assert shown("{% url 'lead' x %}") == "/leads/a1/"
    assert shown("{% url 'no_such_page' as page %}[{{ page }}]") == "[]"
    with pytest.raises(NoReverseMatch):
        shown("{% url 'no_such_page' %}")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-04 10:11:12.123456+00", (2026, 3, 4, 10, 11, 12, 123456)),
        ("2026-03-04 10:11:12.1+00", (2026, 3, 4, 10, 11, 12, 100000)),
        ("2026-03-04 10:11:12-05:30", (2026, 3, 4, 15, 41, 12)),
        ("0001-01-01 00:00+00", (1, 1, 1)),
        ("9999-12-31 23:59:59.999999+00", (9999, 12, 31, 23, 59, 59, 999999)),
    ],
)
def test_moments_are_read_in_utc(text: str, moment: tuple[int, ...]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz, ARRAY[%s::timestamptz]", [text] * 2)
        found, (in_array,) = cursor.fetchone()
    assert found == in_array == datetime(*moment, tzinfo=UTC)  # type: ignore[misc,arg-type]
    assert found.tzinfo is UTC


@pytest.mark.django_db
def test_a_statement_of_another_time_zone_reads_moments_in_utc() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TIME ZONE 'Asia/Kolkata'")
        cursor.execute("SELECT '2026-03-04 10:00+00'::timestamptz")
        (found,) = cursor.fetchone()
    assert found == datetime(2026, 3, 4, 10, tzinfo=UTC)
    assert found.tzinfo is UTC


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["infinity", "0044-03-15 12:00+00 BC"])
def test_what_python_has_no_moment_for_is_an_error(text: str) -> None:
    with connection.cursor() as cursor, pytest.raises(DataError):
        cursor.execute("SELECT %s::timestamptz", [text])
        cursor.fetchone()
