"""What must never be stored is in no dump, which backups are made of, and no export."""

import pytest

from connections.registry import DOORS
from leads.lead_list.export import EXPORT_FORMATS, export
from leads.models import ContactPoint, Lead
from tests.connections.doors import work_off_all
from tests.connections.fake_gohighlevel import FakeGoHighLevel
from tests.connections.test_canaries import (
    deliver,
    gohighlevel,
    marker,
    with_canaries,
)
from tests.factories import LeadFactory, UserFactory
from tests.medspa.test_no_contact_data_in_a_dump import disguises, whole_database

__all__ = ["gohighlevel"]

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clinic"),
]


def files() -> dict[str, bytes]:
    """The tables as a dump has them, and what people take out of them."""
    person = UserFactory()
    return {
        "dump": whole_database(),
        "csv": b"".join(export(Lead.objects.all(), person, "", EXPORT_FORMATS["csv"])),
        "xlsx": b"".join(
            export(Lead.objects.all(), person, "", EXPORT_FORMATS["xlsx"])
        ),
        "contact points": repr(
            list(ContactPoint.objects.values_list("email", "phone"))
        ).encode(),
    }


def found_in(content: bytes) -> bool:
    return any(form in content for form in disguises("Qzcanary"))


@pytest.mark.slow
def test_no_door_lets_it_into_a_dump_or_an_export(
    gohighlevel: FakeGoHighLevel,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in DOORS:
        deliver(*with_canaries(name, gohighlevel, monkeypatch))
    work_off_all()
    assert Lead.objects.count() >= 3
    made = files()
    assert [name for name, content in made.items() if found_in(content)] == []


def test_a_marker_is_found_in_each_file() -> None:
    LeadFactory(first_name=marker("a"))
    made = files()
    assert found_in(made["dump"])
    assert found_in(made["csv"])
