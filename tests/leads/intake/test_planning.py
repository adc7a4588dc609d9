"""What a row means for somebody known or new; no database."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from leads.intake.incoming import IncomingLead
from leads.intake.planning import ClinicNames, LeadPlan, plan_lead, procedure_of_row
from leads.intake.refusals import RowRefused
from leads.services.matching import Directory, Known

NOW = datetime(2026, 12, 1, tzinfo=UTC)
EARLIER = NOW - timedelta(days=3)
CLINIC = ClinicNames(
    tags={"botox": "t1", "laser": "t2"},
    campaigns={"springglow": "c1"},
    procedures={
        "botox": "BTX",
        "btx": "BTX",
        "dysport": "BTX",
        "filler": "FILLER",
        "laser": "LASER",
    },
)


def row(**cells: Any) -> IncomingLead:
    return IncomingLead(**{"email": "ana@example.com", "first_name": "Ana"} | cells)


def decide(incoming: IncomingLead, *known: Known) -> LeadPlan:
    directory = Directory()
    for each in known:
        directory.add(each)
    return plan_lead(incoming, directory, CLINIC, default_source="other", now=NOW)


def ana(**values: Any) -> Known:
    return Known("ana", first_name="Ana", email="ana@example.com", **values)


def test_somebody_new_is_admitted_with_all_that_is_said() -> None:
    made = decide(
        row(
            external_id="abc",
            phone="+12125550171",
            campaign_name="Spring Glow",
            ad_platform="facebook",
            tags=("Botox", "VIP"),
            expected_value=5_000,
            created_at=EARLIER,
        )
    )
    assert made.changes == {
        "first_name": "Ana",
        "email": "ana@example.com",
        "phone": "+12125550171",
        "external_id": "abc",
        "campaign_id": "c1",
        "ad_platform": "facebook",
        "source": "other",
    }
    assert (made.is_new, made.is_restored, made.is_empty) == (True, False, False)
    assert (made.created_at, made.tag_ids) == (EARLIER, {"t1"})
    assert (made.procedure, made.value_cents) == ("BTX", 5_000)
    assert (made.submitted_at, made.form) == (None, "")


def test_without_a_day_somebody_new_was_created_now() -> None:
    assert decide(row()).created_at == NOW


def test_a_source_of_the_row_goes_before_the_importers() -> None:
    assert decide(row(source="referral")).changes["source"] == "referral"
    assert decide(row()).changes["source"] == "other"


def test_somebody_new_needs_a_first_name() -> None:
    with pytest.raises(RowRefused, match="A first name is required"):
        decide(row(first_name=""))


def test_each_new_person_gets_an_id() -> None:
    assert decide(row()).lead_id != decide(row()).lead_id


def test_who_sent_a_form_sent_it_when_they_were_created() -> None:
    assert decide(row(form="meta", created_at=EARLIER)).submitted_at == EARLIER
    assert decide(row(form="meta")).submitted_at == NOW
    assert decide(row(created_at=EARLIER)).submitted_at is None


def test_a_form_of_somebody_known_is_noted_once() -> None:
    assert decide(row(submitted_at=EARLIER, form="meta"), ana()).form == "meta"
    first = decide(row(submitted_at=EARLIER), ana(submitted_at={NOW}))
    assert (first.submitted_at, first.is_empty) == (EARLIER, False)
    again = decide(row(submitted_at=EARLIER), ana(submitted_at={EARLIER}))
    assert (again.submitted_at, again.is_empty) == (None, True)


def test_somebody_known_is_not_new_and_nothing_new_is_empty() -> None:
    known = decide(row(created_at=EARLIER, source="referral"), ana())
    assert known == LeadPlan("ana")
    assert (known.is_new, known.is_empty) == (False, True)


@pytest.mark.parametrize(
    "something",
    [
        {"created_at": NOW},
        {"is_restored": True},
        {"changes": {"phone": "+12125550171"}},
        {"tag_ids": frozenset({"t1"})},
        {"submitted_at": NOW},
        {"value_cents": 1},
    ],
)
def test_a_plan_to_do_something_is_not_empty(something: dict[str, Any]) -> None:
    assert not LeadPlan("ana", **something).is_empty


def test_a_deleted_lead_is_restored_by_its_contact_id() -> None:
    known = ana(external_id="abc", is_deleted=True)
    assert decide(row(external_id="abc"), known).is_restored
    assert not known.is_deleted


@pytest.mark.parametrize(
    ("cells", "known"),
    [
        ({"phone": "+12125550171"}, {}),
        ({"external_id": "abc"}, {}),
        ({"campaign_name": "spring-glow"}, {}),
        ({"ad_platform": "google"}, {}),
    ],
)
def test_what_is_empty_is_filled(cells: dict[str, Any], known: dict[str, Any]) -> None:
    [value] = cells.values()
    wanted = "c1" if "campaign_name" in cells else value
    assert list(decide(row(**cells), ana(**known)).changes.values()) == [wanted]


@pytest.mark.parametrize(
    ("cells", "known"),
    [
        ({"phone": "+12125550171"}, {"phone": "+12125550188"}),
        ({"campaign_name": "Spring Glow"}, {"campaign_id": "c2"}),
        ({"ad_platform": "google"}, {"ad_platform": "bing"}),
        ({"first_name": "Anna"}, {}),
        ({"email": "ANA@example.com"}, {}),
        ({"campaign_name": "unknown"}, {}),
        ({"tags": ("Botox", "VIP")}, {"tag_ids": {"t1"}}),
    ],
)
def test_without_a_contact_id_nothing_is_replaced(
    cells: dict[str, Any], known: dict[str, Any]
) -> None:
    assert decide(row(**cells), ana(**known)).is_empty


@pytest.mark.parametrize(
    ("cells", "changes"),
    [
        ({"first_name": "Anna"}, {"first_name": "Anna"}),
        ({"email": "new@example.com"}, {"email": "new@example.com"}),
        ({"phone": "+12125550188"}, {"phone": "+12125550188"}),
        ({"first_name": "", "email": "ANA@example.com", "phone": ""}, {}),
    ],
)
def test_under_its_contact_id_contact_data_is_brought_up_to_date(
    cells: dict[str, str], changes: dict[str, str]
) -> None:
    known = ana(external_id="abc", phone="+12125550171")
    assert decide(row(external_id="abc", **cells), known).changes == changes


def test_an_id_under_which_all_differs_is_refused() -> None:
    known = ana(external_id="abc", phone="+12125550171")
    other = row(
        external_id="abc", first_name="Bea", email="b@c.com", phone="+12125550188"
    )
    with pytest.raises(RowRefused, match="with another first name, email and phone"):
        decide(other, known)


def test_two_rows_make_no_second_opportunity() -> None:
    directory = Directory()
    directory.add(ana(has_opportunity=True))
    for value in (None, 5_000):
        incoming = row(procedure="BTX", expected_value=value)
        made = plan_lead(incoming, directory, CLINIC, default_source="other", now=NOW)
        assert made.value_cents == 0


def test_an_alias_fills_what_is_empty_and_replaces_nothing() -> None:
    """The contact id of a merged lead finds the survivor, whose own id differs."""
    directory = Directory()
    directory.add(survivor := ana(external_id="abc"))
    directory._by_external_id["old"] = survivor
    incoming = row(external_id="old", first_name="Anna", phone="+12125550171")
    made = plan_lead(incoming, directory, CLINIC, default_source="other", now=NOW)
    assert made.changes == {"phone": "+12125550171"}


def test_what_one_row_brings_the_next_one_finds() -> None:
    directory = Directory()
    full = row(
        phone="+12125550171",
        tags=("Botox",),
        expected_value=5_000,
        campaign_name="Spring Glow",
        created_at=EARLIER,
        submitted_at=EARLIER,
        form="meta",
    )
    one, two = (
        plan_lead(full, directory, CLINIC, default_source="other", now=NOW)
        for _ in range(2)
    )
    assert one.is_new
    assert two == LeadPlan(one.lead_id, form="meta")


@pytest.mark.parametrize(
    ("procedure", "tags", "named"),
    [
        ("", ("Botox",), "BTX"),
        ("", ("Botox", "Dysport", "VIP"), "BTX"),
        ("", ("Botox", "Filler"), ""),
        ("", ("VIP",), ""),
        ("", (), ""),
        ("LASER", ("Botox", "Filler"), "LASER"),
        ("LASER", ("Botox",), "LASER"),
    ],
)
def test_tags_name_a_procedure_if_they_name_only_one(
    procedure: str, tags: tuple[str, ...], named: str
) -> None:
    assert procedure_of_row(row(procedure=procedure, tags=tags), CLINIC) == named


@pytest.mark.parametrize(
    ("cells", "has_opportunity"),
    [
        ({"tags": ("Botox", "Filler"), "expected_value": 5_000}, False),
        ({"expected_value": 5_000}, False),
        ({"procedure": "BTX"}, False),
        ({"procedure": "BTX", "expected_value": 0}, False),
        ({"procedure": "BTX", "expected_value": 5_000}, True),
    ],
)
def test_no_opportunity_without_procedure_and_value_nor_a_second_one(
    cells: dict[str, Any], has_opportunity: bool
) -> None:
    made = decide(row(**cells), ana(has_opportunity=has_opportunity))
    assert (made.procedure, made.value_cents) == ("", 0)
