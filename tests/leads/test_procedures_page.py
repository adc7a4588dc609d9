"""The page of procedures: who may, adding, archiving with its uses, other names."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from leads.intake.lookups import read_clinic_names
from leads.lists.procedure_names import count_unknown_names
from leads.models import Procedure, ProcedureName
from leads.models.procedure import free_code, offered_procedures
from medspa.models import User
from tests import factories

pytestmark = pytest.mark.django_db
PAGE = reverse("admin:leads_procedure_changelist")
ADD = reverse("admin:leads_procedure_add")


@pytest.fixture
def desk(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def words(page: str) -> str:
    return " ".join(page.split())


def botox() -> Procedure:
    return Procedure.objects.get(code="BTX")


def test_the_page_lists_what_is_offered_with_its_facts(desk: Client) -> None:
    Procedure.objects.filter(code="BTX").update(
        default_value_cents=45_000, repeat_months=4
    )
    with CaptureQueriesContext(connection) as captured:
        page = words(desk.get(PAGE).content.decode())
    for text in ("Botox</a>", "$450", "after 4 months", "Retail", "Service"):
        assert (text in page) is (text != "Retail")
    # Session, person; the procedures, and their names in other systems.
    assert len(captured) == 4


def test_a_procedure_is_added_with_a_name_alone_and_offered_at_once(
    desk: Client,
) -> None:
    desk.post(ADD, {"name": "Chemical peel", "category": "service"})
    made = Procedure.objects.get(name="Chemical peel")
    assert made.code == "CHEMICALPE"
    assert made.history.get().history_user.username == "manager"
    assert (made.code, made.name) in offered_procedures()
    sheet = desk.get(reverse("lead_add")).content.decode()
    assert '<option value="CHEMICALPE">Chemical peel</option>' in sheet


def test_a_code_is_shown_and_not_edited(desk: Client) -> None:
    address = reverse("admin:leads_procedure_change", args=[botox().pk])
    assert 'name="code"' not in desk.get(address).content.decode()
    desk.post(address, {"name": "Toxin", "category": "service", "code": "TOXIN"})
    assert Procedure.objects.get(name="Toxin").code == "BTX"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Peel", "PEEL"),
        ("botox", "BOTOX"),
        ("BTX", "BTX2"),
        ("3D lift", "P3DLIFT"),
        ("é", "P1"),
        ("X", "X1"),
        ("Hydrafacial deluxe", "HYDRAFACIA"),
    ],
)
def test_a_code_is_made_from_the_name(name: str, code: str) -> None:
    assert free_code(name) == code


def test_what_uses_a_procedure_is_told_before_it_is_archived(desk: Client) -> None:
    stage, won = factories.StageFactory(), factories.StageFactory(outcome="won")
    for one in (stage, stage, won):
        lead = factories.LeadFactory(stage=one)
        factories.OpportunityFactory(lead=lead, procedure_code="BTX")
    terms = {"v": 2, "type": "percent", "event": "invoice_paid", "rate_bps": 1000}
    factories.CommissionRuleFactory(
        rule_json=terms | {"match": {"procedures": ["BTX", "FILLER"]}}
    )
    factories.CommissionRuleFactory(rule_json=terms)
    address = reverse("admin:leads_procedure_delete", args=[botox().pk])
    page = words(desk.get(address).content.decode())
    assert "<li>2 open leads use it.</li>" in page
    assert "<li>1 commission rule use it and keep working.</li>" not in page
    assert "<li>1 commission rule uses it and keeps working.</li>" in page
    desk.post(address)
    assert botox_is_archived()
    page = words(desk.get(PAGE).content.decode())
    assert "1 commission rule still applies" in page


def botox_is_archived() -> bool:
    return Procedure.all_objects.get(code="BTX").is_deleted


def test_an_archived_procedure_is_offered_nowhere_and_shown_where_it_is(
    desk: Client,
) -> None:
    lead = factories.LeadFactory(admitted=True)
    factories.OpportunityFactory(lead=lead, procedure_code="BTX")
    botox().delete()
    option = '<option value="BTX"'
    assert option not in desk.get(reverse("lead_add")).content.decode()
    page = desk.get(reverse("lead", args=[lead.pk])).content.decode()
    assert "Botox" in page
    edit = desk.get(reverse("lead_edit", args=[lead.pk, "procedure_code"]))
    assert f"{option} selected>Botox</option>" in edit.content.decode()
    board = words(desk.get(reverse("board")).content.decode())
    assert "Botox (archived)" in board
    found = desk.get(reverse("leads"), {"procedure": "BTX"}).content.decode()
    assert lead.first_name in found


def test_an_archived_procedure_comes_back_unless_its_name_is_taken(
    desk: Client,
) -> None:
    row = botox()
    row.delete()
    back = reverse("bring_procedure_back", args=[row.pk])
    taken = factories.ProcedureFactory(name="Botox")
    page = words(desk.post(back, follow=True).content.decode())
    assert "Botox stays archived. This name is already in the list." in page
    taken.name = "Toxin"
    taken.save()
    desk.post(back)
    assert not botox_is_archived()


def test_a_word_of_imports_is_given_a_meaning_or_ignored(desk: Client) -> None:
    count_unknown_names({"Lip filler 1 ml": 3, "Nothing": 4})
    count_unknown_names({"lip filler, 1ml": 2})
    lips, nothing = ProcedureName.objects.filter(procedure=None).order_by("name")
    page = words(desk.get(PAGE).content.decode())
    assert "5 rows say “Lip filler 1 ml”" in page
    filler = Procedure.objects.get(code="FILLER")
    desk.post(reverse("name_procedure", args=[lips.pk]), {"procedure": filler.pk})
    desk.post(reverse("name_procedure", args=[nothing.pk]), {"forget": "yes"})
    assert read_clinic_names().procedure_of("LIP FILLER 1ML") == "FILLER"
    assert lips.history.get().history_user.username == "manager"
    # Of what only waited nothing is kept.
    assert not ProcedureName.history.filter(name="Nothing").exists()
    assert not ProcedureName.objects.filter(procedure=None).exists()
    # What has its meaning waits no more.
    count_unknown_names({"Lip filler 1 ml": 1})
    assert ProcedureName.objects.get(pk=lips.pk).row_count == 5


def test_a_name_of_one_system_counts_there_only(desk: Client) -> None:
    filler, laser = (Procedure.objects.get(code=c) for c in ("FILLER", "LASER"))
    add = reverse("add_procedure_name")
    desk.post(add, {"name": "FX 1", "procedure": filler.pk})
    desk.post(add, {"name": "FX-1", "procedure": laser.pk, "system": "hubspot"})
    assert read_clinic_names("hubspot").procedure_of("fx1") == "LASER"
    assert read_clinic_names("ghl").procedure_of("fx1") == "FILLER"
    said = desk.post(add, {"name": "fx 1", "procedure": laser.pk}, follow=True)
    assert "“FX 1” already means Filler." in words(said.content.decode())
    filler.delete()
    assert read_clinic_names("ghl").procedure_of("fx1") == ""


def test_the_clinics_own_name_counts_before_what_others_call_it(
    desk: Client,
) -> None:
    """“Lip filler” is a word for Filler until the clinic has such a procedure."""
    assert read_clinic_names().procedure_of("lip filler") == "FILLER"
    made = factories.ProcedureFactory(name="Lip filler", code="LIPS")
    assert read_clinic_names().procedure_of("lip filler") == made.code


def test_who_may_not_set_up_sees_no_procedures(
    client: Client, front_desk: User
) -> None:
    client.force_login(front_desk)
    assert client.get(PAGE).status_code == 403
    assert client.get(ADD).status_code == 403
