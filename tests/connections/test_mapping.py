"""One form for the mappings of every door."""

from typing import Any

import pytest
from django.test import Client

from connections.door_parts.mappings import ListedThere
from connections.mapping.tables import NEW_ROWS, shown_mappings
from connections.models import Connection
from connections.registry import DOORS
from connections.setting_up import settings_of
from kpis.models import ConsultDetails
from medspa.json_columns import Schema
from tests.connections.bringing import bring, event
from tests.factories import (
    CampaignFactory,
    ConnectionFactory,
    LeadFactory,
    ProcedureFactory,
    ProviderFactory,
)

pytestmark = pytest.mark.usefixtures("clinic")
MAPPED = [door for door in DOORS.values() if door.mappings]


def save(client: Client, row: Connection, **given: str) -> Any:
    page = f"/connections/{row.pk}/set-up/"
    named = {name.replace("__", "-"): value for name, value in given.items()}
    return client.post(page, named, follow=True)


def saved(row: Connection) -> Schema:
    return settings_of(Connection.objects.get(pk=row.pk))


def test_every_column_fills_a_setting_of_its_door() -> None:
    assert len(MAPPED) == 5
    for door in MAPPED:
        columns = [column for table in door.mappings for column in table.columns]
        assert {column.field for column in columns} <= {*door.settings.model_fields}
        empty = {column.field: {} for column in columns if column.offers}
        door.settings.model_validate(empty)


def test_every_door_says_what_it_brings() -> None:
    assert all(door.brings for door in DOORS.values())


def test_googles_campaigns_are_ours(admin_client: Client) -> None:
    row = ConnectionFactory(door="google_ads")
    CampaignFactory(name="Spring lips")
    save(
        admin_client,
        row,
        campaigns__0__key="123",
        campaigns__0__campaigns="Spring lips",
    )
    assert saved(row).model_dump()["campaigns"] == {"123": "Spring lips"}
    save(admin_client, row, campaigns__0__key="")
    assert saved(row).model_dump()["campaigns"] == {}


@pytest.mark.parametrize("door", ["square", "calendly", "acuity"])
def test_appointment_types_are_consults_of_a_procedure_and_a_provider(
    admin_client: Client, door: str
) -> None:
    row = ConnectionFactory(door=door)
    code, provider = ProcedureFactory().code, ProviderFactory(name="Dr. Kim")
    save(
        admin_client,
        row,
        types__0__key="TYPE22",
        types__0__consult_types="yes",
        types__0__type_procedures=code,
        people__0__key="TEAM1",
        people__0__providers=provider.pk,
    )
    assert saved(row).model_dump() == {
        "consult_types": ("TYPE22",),
        "type_procedures": {"TYPE22": code},
        "providers": {"TEAM1": provider.pk},
        "names": {},
    }


def test_a_clinic_with_hundreds_of_types_saves_them(admin_client: Client) -> None:
    """A form with more inputs than Django takes by itself."""
    row, code = ConnectionFactory(door="square"), ProcedureFactory().code
    given = {}
    for number in range(600):
        prefix = f"types__{number}__"
        given[f"{prefix}key"] = f"TYPE{number}"
        given[f"{prefix}name"] = "Filler"
        given[f"{prefix}type_procedures"] = code if number == 599 else ""
    told = save(admin_client, row, **given)
    assert "Settings saved." in told.content.decode()
    settings = saved(row).model_dump()
    assert settings["type_procedures"] == {"TYPE599": code}
    assert settings["names"] == {"TYPE599": "Filler"}


def test_one_id_in_two_rows_is_refused(admin_client: Client) -> None:
    row = ConnectionFactory(door="acuity")
    told = save(admin_client, row, types__0__key="22", types__1__key="22")
    assert "“22” is in two rows. Nothing was saved." in told.content.decode()


def test_typed_tables_have_empty_rows_and_say_nothing_of_what_is_there() -> None:
    settings = {"consult_types": ["22"], "type_procedures": {"23": "GONE"}}
    types, _ = shown_mappings(DOORS["acuity"], settings, ListedThere())
    assert [one.key for one in types.rows] == ["22", "23", *[""] * NEW_ROWS]
    assert not [one.note for one in types.rows if one.note]
    assert types.rows[1].cells[1].options[-1][1] == "GONE (not in the list any more)"


def test_a_mapped_consult_has_its_procedure_and_provider() -> None:
    """A door hands on our own code and id."""
    code, provider = ProcedureFactory().code, ProviderFactory(name="Dr. Kim")
    LeadFactory(first_name="Ana", email="ana@example.com")
    bring(event("booked", "ap_1", procedure=code, provider=provider.pk))
    details = ConsultDetails.objects.get()
    assert (details.provider_id, details.procedure_code) == (provider.pk, code)


def test_the_web_form_is_made_on_its_own_page(admin_client: Client) -> None:
    page = admin_client.get("/connections/").content.decode()
    assert 'value="web_form"' not in page
    assert "Leads from forms on your website." in page
    assert 'name="door" value="stripe"' in page


def test_googles_campaigns_that_were_stored_as_pairs_are_read() -> None:
    pairs = {"campaigns": [["123", "Spring"]]}
    row = ConnectionFactory(door="google_ads", settings_json=pairs)
    settings = settings_of(row)
    assert settings.model_dump() == {"campaigns": {"123": "Spring"}}
