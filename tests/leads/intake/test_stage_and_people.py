"""Stage and assigned person of a row: the clinic's own, by name."""

import pytest

from kpis.models import KpiEvent
from leads.models import Lead, LeadStage, PipelineStage
from medspa.models import User
from medspa.roles import FRONT_DESK
from tests import factories
from tests.leads.intake.bringing import bring, counts

pytestmark = pytest.mark.usefixtures("clinic")
HEAD = "First Name,Email,Stage,Assigned to,Created\n"


@pytest.fixture
def pat() -> User:
    return factories.UserFactory(
        username="pat7", first_name="Pat", last_name="Doe", role=FRONT_DESK
    )


def stage_of(lead: Lead) -> str:
    return LeadStage.objects.get(lead=lead, left_at=None).stage.name


def test_a_new_lead_enters_the_stage_that_its_row_names(pat: User) -> None:
    booked = PipelineStage.objects.get(records_kpi="consult_booked")
    result = bring(
        f"{HEAD}Ana,a@b.com,{booked.name.upper()},Pat,2026-01-05\nBea,b@b.com,,,\n"
    )
    assert counts(result) == (2, 0, 0, 0)
    ana, bea = Lead.objects.order_by("first_name")
    assert (stage_of(ana), stage_of(bea)) == (booked.name, "New")
    assert (ana.assigned_to, bea.assigned_to) == (pat, None)
    # The consult was booked elsewhere, before the import.
    assert not KpiEvent.objects.exists()


@pytest.mark.parametrize("word", ["Pat", "pat doe", "PAT7"])
def test_a_person_is_known_by(word: str, pat: User) -> None:
    bring(f"{HEAD}Ana,a@b.com,,{word},\n")
    assert Lead.objects.get().assigned_to == pat


def test_who_is_unknown_or_not_the_only_one_is_assigned_nobody(pat: User) -> None:
    factories.UserFactory(username="pat8", first_name="Pat", role=FRONT_DESK)
    gone = factories.UserFactory(username="kim", first_name="Kim", is_active=False)
    result = bring(f"{HEAD}Ana,a@b.com,,Pat,\nBea,b@b.com,,{gone.username},\n")
    assert set(Lead.objects.values_list("assigned_to", flat=True)) == {None}
    assert (
        "2 rows are unassigned because the person isn't known here: "
        "rows 2, 3." in result.notes
    )


def test_a_lost_or_unknown_stage_is_told_and_the_lead_enters_the_first() -> None:
    lost = PipelineStage.objects.get(outcome="lost")
    result = bring(f"{HEAD}Ana,a@b.com,{lost.name},,\nBea,b@b.com,Gone,,\n")
    assert {stage_of(lead) for lead in Lead.objects.all()} == {"New"}
    assert any(note.endswith(": rows 2, 3.") for note in result.notes)


def test_a_lead_that_is_here_keeps_its_stage_and_its_person(pat: User) -> None:
    other = factories.UserFactory(role=FRONT_DESK)
    stage = PipelineStage.objects.get(name="New")
    mine = factories.LeadFactory(email="a@b.com", assigned_to=other, stage=stage)
    free = factories.LeadFactory(email="b@b.com", stage=stage)
    won = PipelineStage.objects.get(outcome="won").name
    bring(f"{HEAD}Ana,a@b.com,{won},Pat,\nBea,b@b.com,{won},Pat,\n")
    for lead, person in ((mine, other), (free, pat)):
        lead.refresh_from_db()
        assert (stage_of(lead), lead.assigned_to) == ("New", person)


@pytest.mark.parametrize(
    ("created", "is_known"),
    [
        ("2026-01-05", False),
        ("1/5/2026", False),
        ("45123", False),
        ("", True),
        ("2026-01-05T00:00:00Z", True),
        ("1/5/2026 12:00 AM", True),
        ("45123.5", True),
    ],
)
def test_a_date_without_a_time_of_day_is_kept_as_one(
    created: str, is_known: bool
) -> None:
    bring(f"{HEAD}Ana,a@b.com,,,{created}\n")
    assert Lead.objects.get().created_time_known is is_known


def test_a_lead_of_long_ago_is_told_to_start_no_clock() -> None:
    result = bring(f"{HEAD}Ana,a@b.com,,,2026-01-05\nBea,b@b.com,,,\n")
    assert result.notes == (
        "1 lead is more than a day old and isn't counted in speed to lead.",
    )
