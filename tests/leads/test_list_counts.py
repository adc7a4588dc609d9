"""How many leads a filter's options would give: exact where few, bounded where many."""

import pytest
from django.test import Client

from leads.lead_list import counts as list_counts
from leads.models import Lead
from medspa.models import User
from tests import factories


@pytest.fixture
def desk(front_desk: User, client: Client) -> Client:
    client.force_login(front_desk)
    return client


def counts(client: Client, name: str, query: str = "") -> dict[str, str]:
    answer = client.get(f"/leads/counts/{name}/{query}")
    assert answer.status_code == 200
    return answer.json()


@pytest.fixture
def five(front_desk: User) -> Lead:
    """Three from Google, of whom one has a tag, is worked, and wants something."""
    stage = factories.StageFactory()
    for source in ("google", "google", "tiktok", "phone"):
        factories.LeadFactory(source=source, stage=stage)
    lead = factories.LeadFactory(
        source="google",
        stage=factories.StageFactory(),
        assigned_to=front_desk,
        campaign=factories.CampaignFactory(),
    )
    factories.LeadTagFactory(lead=lead, tag=factories.TagFactory())
    factories.OpportunityFactory(lead=lead, procedure_code="BTX")
    factories.LeadFactory(source="google", stage=stage).delete()
    return lead


@pytest.mark.parametrize("most", [2_000, 3], ids=["few leads", "by index"])
def test_every_filter_counts_its_options(
    most: int, five: Lead, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_counts, "GROUPED_LEADS", most)
    found = counts(desk, "source")
    assert (found["google"], found["tiktok"], found["walk_in"]) == ("3", "1", "0")
    assert counts(desk, "campaign")[five.campaign_id] == "1"
    assert counts(desk, "tag") == {five.lead_tags.get().tag_id: "1"}
    stage = five.stage_periods.get().stage_id
    assert counts(desk, "stage")[stage] == "1"
    assigned = counts(desk, "assigned")
    assert (assigned["me"], assigned["nobody"]) == ("1", "4")
    assert assigned[five.assigned_to_id] == "1"
    if most > 3:
        procedures = counts(desk, "procedure")
        assert (procedures["BTX"], procedures["FACE"]) == ("1", "0")


def test_counts_hold_under_the_other_filters_and_not_under_their_own(
    five: Lead, desk: Client
) -> None:
    stage = five.stage_periods.get().stage_id
    assert counts(desk, "source", f"?stage={stage}&source=tiktok")["google"] == "1"
    assert counts(desk, "stage", "?source=tiktok")[stage] == "0"
    assert counts(desk, "tag", "?q=nobody") == {five.lead_tags.get().tag_id: "0"}


def test_of_many_leads_the_counts_are_at_least(
    five: Lead, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_counts, "GROUPED_LEADS", 2)
    monkeypatch.setattr(list_counts, "COUNT_LIMIT", 2)
    assert counts(desk, "source")["google"] == "2+"
    under_google = counts(desk, "assigned", "?source=google")
    assert all(count.endswith("+") for count in under_google.values())


def test_what_is_no_filter_has_no_counts(desk: Client) -> None:
    assert desk.get("/leads/counts/email/").status_code == 404
    assert desk.get("/leads/counts/q/").status_code == 404


def test_counts_are_for_those_who_may_see_leads(client: Client, provider: User) -> None:
    client.force_login(provider)
    assert client.get("/leads/counts/source/").status_code == 403
