"""A second phone or email in one cell is kept beside the first, or told."""

import pytest

from leads.intake.incoming import IncomingLead
from leads.models import ContactPoint, Lead
from tests.leads.intake.bringing import bring

pytestmark = pytest.mark.usefixtures("clinic")
FIRST, SECOND = "+12125550186", "+12125550185"


@pytest.mark.parametrize(
    "cell",
    [
        *("212-555-0186 / 212-555-0185", "212-555-0186 or (212) 555-0185"),
        *("212-555-0186, 212-555-0185", "212-555-0186 ::: 212-555-0185"),
        *("cell: 212-555-0186; home: 212-555-0185", "12125550186|12125550185|"),
    ],
)
def test_every_phone_of_a_cell_is_read(cell: str) -> None:
    lead = IncomingLead.read({"phone": cell})
    assert (lead.phone, lead.more_phones) == (FIRST, (SECOND,))
    assert not lead.unreadable


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "ana@example.com; ana.work@example.com",
            "ana@example.com ana.work@example.com",
        ),
        *(
            "ana@example.com ::: ana.work@example.com",
            "ana@example.com,\tana.work@example.com",
        ),
        "Ana <ana@example.com>, Work <mailto:ana.work@example.com>",
    ],
)
def test_every_email_of_a_cell_is_read(cell: str) -> None:
    lead = IncomingLead.read({"email": cell})
    assert (lead.email, lead.more_emails) == (
        "ana@example.com",
        ("ana.work@example.com",),
    )
    assert not lead.unreadable


def test_a_second_one_that_cannot_be_read_is_told() -> None:
    lead = IncomingLead.read({"phone": "212-555-0186 / 0185"})
    assert (lead.phone, lead.more_phones) == (FIRST, ())
    assert lead.unreadable == {"phone"}


def test_the_second_is_read_where_the_first_is_none() -> None:
    assert IncomingLead.read({"phone": "front desk 12 / 212-555-0185"}).phone == SECOND


def test_words_behind_a_phone_are_no_phone() -> None:
    lead = IncomingLead.read({"phone": "212-555-0186 or text"})
    assert (lead.phone, lead.unreadable) == (FIRST, frozenset())


def test_a_long_note_beside_good_cells_is_dropped_with_its_numbers() -> None:
    note = f"{'she said so ' * 200}/ 212-555-0185 / 212-555-0186"
    lead = IncomingLead.read({"email": "ana@example.com", "phone": note})
    assert (lead.phone, lead.more_phones) == ("", ())
    assert lead.unreadable == {"phone"}


def test_an_import_keeps_both_and_says_so() -> None:
    rows = (
        "First Name,Phone,Email\n"
        "Ana,212-555-0186 / 212-555-0185,ana@example.com; ana.work@example.com\n"
    )
    result = bring(rows)
    lead = Lead.objects.get()
    assert (lead.phone, lead.email) == (FIRST, "ana@example.com")
    further = {one.phone or one.email for one in ContactPoint.objects.all()}
    assert further == {SECOND, "ana.work@example.com"}
    assert "1 row has a second email or phone, which is also kept" in str(result.notes)
