"""After a payment the lead page offers to move the lead to Won."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from leads.models import Lead, PipelineStage
from leads.services.pipeline import move
from medspa.models import User
from tests import factories
from tests.page_text import text_of


@pytest.fixture
def desk(front_desk: User, client: Client) -> Client:
    client.force_login(front_desk)
    return client


@pytest.fixture
def won(db: None) -> PipelineStage:
    return factories.StageFactory(name="Won", order=30_001, outcome="won")


@pytest.fixture
def lead(won: PipelineStage) -> Lead:
    lead: Lead = factories.LeadFactory(admitted=True, first_name="Ana")
    return lead


def act(client: Client, lead: Lead, name: str, **data: Any) -> str:
    answer = client.post(f"/leads/{lead.pk}/{name}/", data, follow=True)
    assert answer.status_code == 200
    return text_of(answer)


def test_who_paid_is_won_by_one_click(
    desk: Client, lead: Lead, won: PipelineStage
) -> None:
    page = act(desk, lead, "pay", amount="450")
    assert "Payment of $450 recorded." in page
    assert "Ana paid. Move to Won?" in page
    here = lead.stage_periods.get()
    page = act(desk, lead, "move", stage=won.pk, expected=here.stage_id)
    assert "Ana moved to Won." in page
    assert "Ana paid." not in page


def test_the_offer_is_back_when_the_move_is_undone(
    desk: Client, lead: Lead, won: PipelineStage
) -> None:
    act(desk, lead, "pay", amount="450")
    move(lead.pk, won.pk)
    period = lead.stage_periods.get(left_at=None)
    page = act(desk, lead, "undo", source="stage_period", row=period.pk)
    assert "Ana paid. Move to Won?" in page


def test_undoing_a_move_offers_nothing_without_a_payment_or_from_a_list(
    desk: Client, lead: Lead, won: PipelineStage
) -> None:
    here = lead.stage_periods.get().stage

    def undone(query: str = "") -> str:
        move(lead.pk, won.pk)
        row = lead.stage_periods.get(left_at=None).pk
        address = f"/leads/{lead.pk}/undo/{query}"
        sent = {"source": "stage_period", "row": row}
        answer = desk.post(address, sent, follow=True)
        assert f"Ana is back in {here}." in text_of(answer)
        return answer.redirect_chain[-1][0] + text_of(answer)

    assert "Ana paid." not in undone()
    act(desk, lead, "pay", amount="450")
    assert undone("?back=today").startswith("/leads/today/")


def test_nothing_is_offered_to_who_is_won_or_lost(
    desk: Client, lead: Lead, won: PipelineStage
) -> None:
    move(lead.pk, won.pk)
    assert "Ana paid." not in act(desk, lead, "pay", amount="450")
    lost = factories.StageFactory(outcome="lost")
    move(lead.pk, lost.pk, lost_reason="price")
    assert "Ana paid." not in act(desk, lead, "pay", amount="450")


def test_nothing_is_offered_without_a_stage_for_won_leads(
    desk: Client, lead: Lead, won: PipelineStage
) -> None:
    won.delete()
    assert "Ana paid." not in act(desk, lead, "pay", amount="450")


def test_nothing_is_offered_to_who_may_not_move_leads(
    client: Client, lead: Lead
) -> None:
    cashier = factories.UserFactory()
    cashier.user_permissions.set(
        Permission.objects.filter(codename__in=["view_lead", "add_kpievent"])
    )
    client.force_login(cashier)
    page = act(client, lead, "pay", amount="450")
    assert "Payment of $450 recorded." in page
    assert "Ana paid." not in page
