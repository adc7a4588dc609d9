"""Single cells at their edges: the last that is read and the first that is not."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from leads.intake import values
from leads.intake.incoming import NO_CONTACT, IncomingLead
from leads.intake.refusals import RowRefused

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
A_DAY = datetime(2026, 7, 22, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    "day",
    [
        "2026-07-22",
        "2026/07/22",
        "07/22/2026",
        "7/22/26",
        "07-22-2026",
        "Jul 22 2026",
        "July 22, 2026",
        "22 Jul 2026",
        "22 July 2026",
    ],
)
@pytest.mark.parametrize(
    ("time", "since_midnight"),
    [
        ("", timedelta()),
        (" 14:09", timedelta(hours=14, minutes=9)),
        (" 14:09:30", timedelta(hours=14, minutes=9, seconds=30)),
        (" 02:09 PM", timedelta(hours=14, minutes=9)),
        (" 2:09:30 PM", timedelta(hours=14, minutes=9, seconds=30)),
        (" 12:00 AM", timedelta()),
    ],
)
def test_every_style_of_day_is_read_with_every_style_of_time(
    day: str, time: str, since_midnight: timedelta
) -> None:
    assert values.read_moment(day + time, NEW_YORK, NOW) == A_DAY + since_midnight


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        # An offset is believed, without one it is the clinic's clock.
        ("2026-07-22T14:09:00+02:00", datetime(2026, 7, 22, 12, 9, tzinfo=UTC)),
        ("2026-07-22T14:09:00", datetime(2026, 7, 22, 18, 9, tzinfo=UTC)),
        # ISO but for the day's missing zero.
        ("2026-7-2 14:09", datetime(2026, 7, 2, 18, 9, tzinfo=UTC)),
        ("2024-02-29", datetime(2024, 2, 29, 5, tzinfo=UTC)),
        # The first moment that is read, on the world's clock.
        ("2000-01-01T00:00:00Z", datetime(2000, 1, 1, tzinfo=UTC)),
        ("1999-12-31 19:00", datetime(2000, 1, 1, tzinfo=UTC)),
        # Now is not the future.
        ("2026-12-01T12:00:00Z", NOW),
    ],
)
def test_a_moment_at_the_edge_is_read(text: str, moment: datetime) -> None:
    read = values.read_moment(text, NEW_YORK, NOW)
    assert read == moment
    assert read.tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("2025-02-29", values.DATE_SENTENCE),
        ("1999-12-31T23:59:59Z", values.OLD_SENTENCE),
        ("1999-12-31 18:59:59", values.OLD_SENTENCE),
        ("2026-12-01T12:00:01Z", values.FUTURE_SENTENCE),
        ("9999-12-31T23:59:59-14:00", values.DATE_SENTENCE),
    ],
)
def test_a_moment_beyond_the_edge_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        values.read_moment(text, NEW_YORK, NOW)


def test_without_a_clock_the_future_begins_now() -> None:
    a_minute = timedelta(minutes=1)
    now = datetime.now(UTC)
    read = values.read_moment((now - a_minute).isoformat(), UTC)
    assert read == now - a_minute
    with pytest.raises(ValueError, match="future"):
        values.read_moment((now + a_minute).isoformat(), UTC)


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("0.01", 1),
        ("0.1", 10),
        (" $5 ", 500),
        ("$ 5", 500),
        ("US$5", 500),
        ("5USD", 500),
        ("5 USD", 500),
        ("1,234,567.89", 123_456_789),
        ("9999999999.99", 10**12 - 1),
    ],
)
def test_money_at_its_edges(text: str, cents: int) -> None:
    assert values.read_cents(text) == cents


@pytest.mark.parametrize(
    "text", ["EUR 5", "1234,567", "1,23", "1.234", "1.", ".5", "", "10000000000"]
)
def test_money_that_is_unclear_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="amount isn't valid"):
        values.read_cents(text)


@pytest.mark.parametrize("text", ["0", "0.00", "$0"])
def test_no_money_is_not_an_expected_value(text: str) -> None:
    with pytest.raises(ValueError, match="must be above zero"):
        values.read_cents(text)


@pytest.mark.parametrize(
    "text",
    [
        " 212-555-0123 ",
        "'2125550123",
        "2125550123.0",
        "Cell: 212-555-0123",
        "mobile 212-555-0123",
        "HOME: 212-555-0123",
        "work: 212-555-0123",
        "212-555-0123 (cell)",
        "(cell) (212) 555-0123",
        "212-555-0123/212-555-0199",
        "212-555-0123;212-555-0199",
        "212-555-0123 | 212-555-0199",
        "212-555-0123\n212-555-0199",
        "212-555-0123 or 212-555-0199",
        "212-555-0123 OR 212-555-0199",
        "212-555-0123,212-555-0199",
        "212-555-0123,5550199",
        # Too short for a number: an extension.
        "212-555-0123,550199",
    ],
)
def test_the_first_of_several_phones_is_read(text: str) -> None:
    assert values.read_phone(text) == "+12125550123"


@pytest.mark.parametrize(
    "text",
    [
        " ana@example.com ",
        "mailto:ana@example.com",
        "<ana@example.com>",
        "'ana@example.com'",
        '"ana@example.com"',
        "ana@EXAMPLE.com",
        "ana@example.com;bea@example.com",
        "ana@example.com, bea@example.com",
        "ana@example.com bea@example.com",
        "ana@example.com\nbea@example.com",
    ],
)
def test_the_first_of_several_addresses_is_read(text: str) -> None:
    assert values.read_email(text) == "ana@example.com"


@pytest.mark.parametrize("read", [values.read_phone, values.read_email])
def test_an_empty_cell_says_nothing(read: object) -> None:
    assert read("") == read("  ") == ""


@pytest.mark.parametrize(
    ("text", "contact_id"),
    [
        ("k3fQ9xMvT2aLbC7dEw01", "k3fQ9xMvT2aLbC7dEw01"),
        ("'k3fQ9xMvT2aLbC7dEw01", "k3fQ9xMvT2aLbC7dEw01"),
        ("", ""),
    ],
)
def test_a_contact_id_is_kept_as_it_is(text: str, contact_id: str) -> None:
    assert values.read_contact_id(text) == contact_id


@pytest.mark.parametrize(
    "text",
    ["a" * 21, "a" * 19, "501", "a b" * 7, "a" * 19 + "ä", "a" * 20 + "\n", "a-" * 10],
)
def test_what_is_no_contact_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="20 letters and digits"):
        values.read_contact_id(text)


def lead(**cells: str) -> IncomingLead:
    return IncomingLead.read({"email": "ana@example.com", **cells})


def test_tags_are_parted_by_commas_and_semicolons_and_told_once() -> None:
    read = lead(tags=" Botox,Lip  Filler; Botox,, ;Laser ")
    assert read.tags == ("Botox", "Lip Filler", "Laser")


def test_fifty_tags_are_read_and_no_more() -> None:
    names = [f"tag {number}" for number in range(51)]
    assert lead(tags=",".join(names)).tags == tuple(names[:50])


def test_a_word_has_at_most_120_letters() -> None:
    assert lead(campaign_name="a" * 121).campaign_name == "a" * 120
    assert lead(campaign_name=" two \t words ").campaign_name == "two words"
    assert lead(tags="a" * 121).tags == ("a" * 120,)


@pytest.mark.parametrize(
    "cells", [{"external_id": "a" * 20}, {"email": "a@b.com"}, {"phone": "2125550123"}]
)
def test_one_way_to_recognise_somebody_is_enough(cells: dict[str, str]) -> None:
    assert IncomingLead.read(cells).is_recognizable


@pytest.mark.parametrize("cells", [{}, {"first_name": "Ana"}, {"tags": "Botox"}])
def test_nobody_is_recognised_by_anything_else(cells: dict[str, str]) -> None:
    with pytest.raises(RowRefused, match="or contact ID"):
        IncomingLead.read(cells)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"external_id": "a b"}, f"GoHighLevel contact ID: {values.ID_SENTENCE}"),
        (
            {"phone": "1", "email": "x@", "created_at": "x"},
            f"Email: {values.contact.EMAIL_SENTENCE} "
            f"Phone: {values.contact.PHONE_SENTENCE}",
        ),
    ],
)
def test_a_row_without_a_contact_says_what_could_not_be_read(
    cells: dict[str, str], reason: str
) -> None:
    with pytest.raises(RowRefused) as refusal:
        IncomingLead.read(cells)
    assert str(refusal.value) == f"{NO_CONTACT} {reason}"


@pytest.mark.parametrize(
    "cells",
    [
        {"phone": "12"},
        {"created_at": "soon"},
        {"expected_value": "1.2k"},
        {"procedure": "x" * 2_001},
        {"external_id": "501"},
        {"tags": "x" * 2_001},
    ],
)
def test_a_cell_that_cannot_be_read_costs_only_itself(cells: dict[str, str]) -> None:
    read = lead(**cells)
    assert read.email == "ana@example.com"
    assert read.unreadable == cells.keys()


@pytest.mark.parametrize(
    "text", ["n/a", "-", "none", "NULL", "000-000-0000", "unknown", "--", "#N/A", "nan"]
)
def test_a_placeholder_is_an_empty_cell(text: str) -> None:
    read = lead(phone=text, created_at=text, expected_value=text, tags=text)
    assert read == lead()


@pytest.mark.parametrize(
    ("cells", "email", "more"),
    [
        (("a@b.com", "c@d.com"), "a@b.com", ("c@d.com",)),
        (("", "c@d.com"), "c@d.com", ()),
        (("n/a", "c@d.com"), "c@d.com", ()),
        (("a@b.com", "A@b.com"), "a@b.com", ("A@b.com",)),
        (("a@b.com", "a@b.com"), "a@b.com", ()),
        (("nothing", "c@d.com"), "c@d.com", ()),
    ],
)
def test_of_several_cells_the_first_readable_one_is_taken(
    cells: tuple[str, ...], email: str, more: tuple[str, ...]
) -> None:
    read = IncomingLead.read({"email": cells})
    assert (read.email, read.more_emails) == (email, more)


def test_a_row_reads_each_cell_in_its_own_way() -> None:
    read = lead(
        external_id="'k3fQ9xMvT2aLbC7dEw01",
        first_name="Sarah Smith",
        email="<Ana@Example.COM>",
        phone="(212) 555-0123",
        source="FB",
        campaign_name=" Spring  Glow ",
        ad_platform="ig",
        procedure="Nose job",
        expected_value="$1,200",
        created_at="2026-07-22T14:09:00Z",
        stage="New",
        assigned_to="Pat",
        notes="private",
    )
    assert read.model_dump() == {
        "external_id": "k3fQ9xMvT2aLbC7dEw01",
        "first_name": "Sarah",
        "name_if_new": "",
        "email": "Ana@example.com",
        "phone": "+12125550123",
        "source": "FB",
        "campaign_name": "Spring Glow",
        "ad_platform": "instagram",
        "tags": (),
        "procedure": "Nose job",
        "expected_value": 120_000,
        "created_at": datetime(2026, 7, 22, 14, 9, tzinfo=UTC),
        "created_time_known": True,
        "submitted_at": None,
        "form": "",
        "arrival": None,
        "stage": "New",
        "assigned_to": "Pat",
        "unreadable": frozenset(),
        "more_emails": (),
        "more_phones": (),
    }
