"""The blocks of the calendar as HTML."""

from datetime import UTC, datetime, timedelta

import pytest

from kpis.calendar.layout import CalendarConsult
from medspa.templatetags.clinic import jinja_part

STARTS = datetime(2026, 3, 4, 15, tzinfo=UTC)
DOUBLE, CONFIRMED, SHOWED, NO_SHOW = (
    f'<span class="consult-flag {tone}" title="{label}">'
    for tone, label in (
        ("bad", "Double-booked"),
        ("good", "Confirmed"),
        ("good", "Showed"),
        ("bad", "No-show"),
    )
)


def block(**facts: object) -> str:
    one = {"lead_id": "a", "name": "Talia", "starts": STARTS}
    ends = STARTS + timedelta(minutes=30)
    consult = CalendarConsult(**{**one, "ends": ends, **facts})
    template = "kpis/consult_blocks.html"
    return jinja_part(template, consults=[consult], leads="/leads/")


@pytest.mark.parametrize(
    ("facts", "flags"),
    [
        ({}, set()),
        ({"is_confirmed": True}, {CONFIRMED}),
        ({"is_held": True, "is_confirmed": True}, {SHOWED}),
        ({"is_no_show": True, "is_confirmed": True}, {NO_SHOW}),
        ({"is_double": True}, {DOUBLE}),
        ({"is_double": True, "is_confirmed": True}, {DOUBLE, CONFIRMED}),
    ],
)
def test_a_block_has_its_flags(
    facts: dict[str, bool], flags: set[str], db: None
) -> None:
    html = block(**facts)
    known = DOUBLE, CONFIRMED, SHOWED, NO_SHOW
    assert {flag for flag in known if flag in html} == flags
    assert html.count("consult-flag") == len(flags)
    assert "&lt;" not in html


def test_names_are_no_html(db: None) -> None:
    html = block(name="<b>", provider="Dr. <Ode>")
    assert "<strong>&lt;b&gt;</strong>" in html
    assert '<span class="consult-with">Dr. &lt;Ode&gt;</span>' in html
