"""Which format a file is, and which column holds what."""

import pytest

from leads.intake.errors import FileRefused
from leads.intake.mapping import map_columns
from leads.intake.table import read_table
from tests.leads.intake.bringing import FILES


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("gohighlevel.csv", "ghl"),
        ("meta_lead_ads.csv", "meta"),
        ("hubspot.csv", "hubspot"),
    ],
)
def test_a_format_is_recognised_by_its_headers(file: str, name: str) -> None:
    table = read_table((FILES / file).read_bytes())
    assert map_columns(table.headers).door.name == name


def test_a_format_can_be_named() -> None:
    assert map_columns(("Email", "Contact Id"), "free").door.name == "free"


def test_headers_are_known_in_any_spelling() -> None:
    mapping = map_columns(("first_name", "E-MAIL", "Mobile Phone", "Lead-Source"))
    assert mapping.columns == {"first_name": 0, "email": 1, "phone": 2, "source": 3}


def test_a_wish_goes_before_what_a_header_says() -> None:
    mapping = map_columns(("Email", "Kontakt"), wishes=["Kontakt=email", "Email="])
    assert mapping.columns == {"email": 1}
    assert mapping.dropped == ("Email",)


def test_dropped_columns_are_told_by_name() -> None:
    mapping = map_columns(("Email", "Last Name", "", "N" * 99))
    assert mapping.dropped == (
        "Last Name",
        "column 3 without a header",
        f"{'N' * 60}…",
    )


def test_hubspots_record_id_is_not_our_contact_id() -> None:
    table = read_table((FILES / "hubspot.csv").read_bytes())
    columns = map_columns(table.headers).columns
    assert "external_id" not in columns
    assert "email" in columns


@pytest.mark.parametrize(
    ("headers", "wishes", "sentence"),
    [
        (("Email", "email"), [], "Two columns are called “Email”"),
        (("First Name", "Notes"), [], "No column holds an e-mail"),
        (("Email",), ["Kontakt=email"], "no column “Kontakt”"),
        (("Email",), ["Email=last_name"], "Map a column like"),
        (("Email",), ["Email"], "Map a column like"),
        (("A", "B"), ["A=email", "B=email"], "Two columns are mapped to"),
    ],
)
def test_columns_that_make_no_sense_are_refused(
    headers: tuple[str, ...], wishes: list[str], sentence: str
) -> None:
    with pytest.raises(FileRefused, match=sentence):
        map_columns(headers, wishes=wishes)


def test_two_left_out_columns_may_share_a_name() -> None:
    assert map_columns(("Email", "Notes", "Notes")).dropped == ("Notes", "Notes")
