"""Names are found whatever their accents and apostrophes; numbers by their end."""

import pytest
from django.db import connection
from django.db.models import Value

from leads.models import Lead
from leads.selection.orders import with_name_key
from tests.factories import LeadFactory
from tests.leads.many import many_leads

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Renée", "renee"),
        ("Renee", "Renée"),
        ("D’Angelo", "D'Angelo"),
        ("D'Angelo", "d’ang"),
        ("D'Angelo", "dangelo"),
        ("Anne-Marie", "anne marie"),
        ("Søren", "soren"),
        ("Zoë", "ZOE"),
        ("Łucja", "lucja"),
        ("Åse", "ase"),
        ("Ольга", "ольга"),
    ],
)
def test_a_name_is_found_however_it_is_typed(name: str, typed: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT starts_with(leads_fold(%s), leads_fold(%s))", [name, typed]
        )
        assert cursor.fetchone() == (True,)


@pytest.mark.parametrize("typed", ["renee", "Renée", "RÉN", "ren"])
def test_a_lead_is_found_so(typed: str) -> None:
    lead = LeadFactory(first_name="Renée")
    LeadFactory(first_name="Rina")
    assert list(Lead.objects.search(typed)) == [lead]
    assert not Lead.objects.search(typed + "x").exists()


@pytest.fixture
def only_index_scans() -> None:
    """Of tables with no rows, any index is as good to the planner."""
    many_leads(300)
    LeadFactory(first_name="Rea")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE leads_lead")
        for way in ("seqscan", "bitmapscan"):
            cursor.execute(f"SET LOCAL enable_{way} = off")


def test_the_index_of_names_answers(only_index_scans: None) -> None:
    leads = with_name_key(Lead.objects.named_like("re"))
    plan = leads.order_by("name_key", "pk").explain()
    assert "using leads_lead_name_created on" in plan
    assert "Index Cond" in plan


def test_counting_names_reads_the_index_alone(only_index_scans: None) -> None:
    begin_so = Lead.objects.named_like("re").order_by().values_list(Value(1))
    assert "Index Only Scan using leads_lead_name_created on" in begin_so.explain()


def test_ascii_is_folded_as_every_other_name() -> None:
    """ASCII takes a shorter way; an accent at the end makes it take the longer."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT chr(code) FROM generate_series(1, 127) code WHERE"
            " leads_fold('A' || chr(code) || 'z') || 'e'"
            " IS DISTINCT FROM leads_fold('A' || chr(code) || 'zé')"
        )
        assert cursor.fetchall() == []
        cursor.execute("SELECT leads_fold(NULL)")
        assert cursor.fetchone() == (None,)


@pytest.mark.parametrize(
    ("typed", "is_found"),
    [
        ("555-0171", True),
        ("5550171", True),
        ("50171", True),
        ("(212) 555-0171", True),
        ("0171", True),
        ("650171", False),
        ("171", False),
    ],
)
def test_a_number_is_found_by_its_last_digits(typed: str, is_found: bool) -> None:
    LeadFactory(phone="+12125550171")
    LeadFactory(phone="+12125560172")
    assert Lead.objects.search(typed).count() == is_found
