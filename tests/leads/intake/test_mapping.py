"""Which format a file is, and which column holds what."""

import pytest

from leads.intake.files.mapping import ColumnMapping, header_label, map_columns
from leads.intake.files.refusals import FileRefused
from leads.intake.files.table import read_table
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
    assert map_columns(table.headers).importer.name == name


def test_a_format_can_be_named() -> None:
    assert map_columns(("Email", "Contact Id"), "free").importer.name == "free"


def test_headers_are_known_in_any_spelling() -> None:
    mapping = map_columns(("first_name", "E-MAIL", "Mobile Phone", "Lead-Source"))
    assert mapping.columns == {
        "first_name": (0,),
        "email": (1,),
        "phone": (2,),
        "source": (3,),
    }


def test_a_wish_goes_before_what_a_header_says() -> None:
    mapping = map_columns(("Email", "Kontakt"), overrides=["Kontakt=email", "Email="])
    assert mapping.columns == {"email": (1,)}
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
    ("headers", "overrides", "sentence"),
    [
        (("First Name", "Notes"), [], "No column holds an email"),
        (("Email",), ["Kontakt=email"], "no column “Kontakt”"),
        (("Email",), ["Email=last_name"], "Map a column like"),
        (("Email",), ["Email"], "Map a column like"),
    ],
)
def test_columns_that_make_no_sense_are_refused(
    headers: tuple[str, ...], overrides: list[str], sentence: str
) -> None:
    with pytest.raises(FileRefused, match=sentence):
        map_columns(headers, overrides=overrides)


def test_two_left_out_columns_may_share_a_name() -> None:
    assert map_columns(("Email", "Notes", "Notes")).dropped == ("Notes", "Notes")


def test_a_header_is_shown_up_to_sixty_letters() -> None:
    assert header_label("N" * 60, 0) == "N" * 60
    assert header_label("N" * 61, 0) == f"{'N' * 60}…"
    assert header_label("", 0) == "column 1 without a header"


def test_a_short_row_lacks_its_last_cells() -> None:
    mapping = map_columns(("Email", "Notes", "Phone"))
    assert mapping.cells(("a", "b", "c")) == {"email": ("a",), "phone": ("c",)}
    assert mapping.cells(("a", "b")) == {"email": ("a",), "phone": ()}
    assert mapping.cells(()) == {"email": (), "phone": ()}


def test_a_column_tells_its_field() -> None:
    mapping = map_columns(("Email", "Notes", "Phone"))
    assert [mapping.field_of(index) for index in range(4)] == ["email", "", "phone", ""]


def test_a_wish_may_hold_spaces_and_its_header_an_equals_sign() -> None:
    mapping = map_columns(("a = b", "Email"), overrides=[" a = b = phone "])
    assert mapping.columns == {"phone": (0,), "email": (1,)}


def test_a_wish_finds_its_column_in_any_spelling() -> None:
    assert map_columns(("Handy Nr.",), overrides=["handy-nr=phone"]).columns == {
        "phone": (0,)
    }


def test_a_wish_for_a_missing_column_can_be_forgiven() -> None:
    mapping = map_columns(("Email",), overrides=["Kontakt=phone"], forgive_unknown=True)
    assert mapping.columns == {"email": (0,)}
    for override in ("Email=last_name", "Email"):
        with pytest.raises(FileRefused, match="Map a column like"):
            map_columns(("Email",), overrides=[override], forgive_unknown=True)


def test_a_refused_wish_names_every_field() -> None:
    with pytest.raises(FileRefused) as refusal:
        map_columns(("Email",), overrides=["Email=last_name"])
    assert str(refusal.value).endswith(
        "Fields: first_name, full_name, email, phone, source, campaign_name, "
        "ad_platform, tags, procedure, expected_value, stage, assigned_to, "
        "created_at, external_id."
    )


def test_several_columns_may_be_left_out() -> None:
    mapping = map_columns(("Email", "Phone", "Name"), overrides=["Phone=", "Name="])
    assert mapping.columns == {"email": (0,)}


def test_a_column_has_one_meaning() -> None:
    """`Platform` is an ad platform; wished to be the source it is no platform too."""
    mapping = map_columns(("Email", "Platform"), overrides=["Platform=source"])
    assert mapping.columns == {"email": (0,), "source": (1,)}


def test_columns_of_one_name_share_a_field_in_their_order() -> None:
    mapping = map_columns(("Email", "Phone", "phone"))
    assert mapping.columns == {"email": (0,), "phone": (1, 2)}
    assert mapping.sharing == (("Phone", "phone"),)


@pytest.mark.parametrize(
    ("overrides", "columns"),
    [
        (["Phone#2="], {"email": (0,), "phone": (1,)}),
        (["Phone=", "phone#2=phone"], {"email": (0,), "phone": (2,)}),
        (["Phone=tags"], {"email": (0,), "tags": (1,), "phone": (2,)}),
    ],
)
def test_of_two_columns_of_one_name_one_may_be_spoken_for(
    overrides: list[str], columns: dict[str, tuple[int, ...]]
) -> None:
    mapping = map_columns(("Email", "Phone", "phone"), overrides=overrides)
    assert mapping.columns == columns


def test_several_columns_may_be_wished_to_hold_one_field() -> None:
    mapping = map_columns(("A", "B"), overrides=["B=email", "A=email"])
    assert mapping.columns == {"email": (0, 1)}


def test_columns_of_one_field_are_asked_in_the_order_of_their_names() -> None:
    assert map_columns(("Mobile", "Phone")).columns == {"phone": (1, 0)}


@pytest.mark.parametrize(
    "header", ["Email (e.g. name@example.com)", "Email [work]", "E-mail (required)"]
)
def test_a_hint_in_brackets_is_no_part_of_a_name(header: str) -> None:
    assert map_columns((header,)).columns == {"email": (0,)}


@pytest.mark.parametrize("header", ["Contact Id", "Email", "Phone"])
def test_one_column_to_recognise_people_by_is_enough(header: str) -> None:
    mapping = map_columns((header,))
    assert isinstance(mapping, ColumnMapping)
    assert mapping.dropped == ()


def test_a_header_of_no_letters_is_no_columns_name() -> None:
    assert map_columns(("Email", "", "?", "")).columns == {"email": (0,)}
