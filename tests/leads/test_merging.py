"""Two leads become one, and two again exactly as they were."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from commissions.models import Credit
from kpis.models import KpiEvent
from leads.models import (
    Activity,
    Lead,
    LeadStage,
    Opportunity,
    StageTotal,
)
from leads.services import pipeline
from leads.services.matching import Directory
from leads.services.merging import MergeChoice, merge
from leads.services.unmerging import unmerge
from leads.timeline import read_timeline
from medspa import clock
from medspa.models import User
from tests import factories
from tests.leads.merge_pair import EVERYTHING, everything, make_pair, totals_are_right

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair() -> tuple[Lead, Lead]:
    return make_pair()


def test_what_hangs_on_the_merged_lead_moves_to_the_survivor(
    pair: tuple[Lead, Lead],
) -> None:
    ana, anna = pair
    credits = list(Credit.objects.values())
    merge(ana.pk, anna.pk, MergeChoice())
    assert Activity.all_objects.filter(lead=ana).count() == 4
    assert KpiEvent.all_objects.filter(lead=ana).count() == 2
    assert ana.lead_tags.count() == 3
    assert set(ana.tasks.values_list("what", flat=True)) == {
        "call_back",
        "check_in",
        "send_prices",
    }
    assert ana.stage_periods.count() == 3
    assert ana.stage_periods.filter(left_at=None).count() == 1
    assert list(Credit.objects.values()) == credits
    assert totals_are_right()


def test_each_value_is_chosen_by_itself(pair: tuple[Lead, Lead]) -> None:
    ana, anna = pair
    merge(ana.pk, anna.pk, MergeChoice(frozenset({"email", "phone"})))
    now = Lead.objects.get(pk=ana.pk)
    assert (now.first_name, now.email, now.phone, now.source) == (
        "Ana",
        "anna@example.com",
        "+12125550199",
        ana.source,
    )
    assert now.opportunity.expected_value_cents == 100_000
    assert Lead.objects.with_email("anna@example.com").get() == ana
    assert Lead.objects.with_last_four("0199").get() == ana


def test_the_earlier_day_counts_and_a_missing_contact_id_is_taken(
    pair: tuple[Lead, Lead],
) -> None:
    ana, anna = pair
    merge(ana.pk, anna.pk, MergeChoice())
    now = Lead.objects.get(pk=ana.pk)
    assert now.created_at == anna.created_at
    assert now.external_id == "ghl70000000000000000"


def test_the_chosen_stage_goes_on_and_the_other_stay_ends(
    pair: tuple[Lead, Lead],
) -> None:
    ana, anna = pair
    theirs = anna.stage_periods.get(left_at=None)
    merge(ana.pk, anna.pk, MergeChoice(takes_stage=True))
    current = ana.stage_periods.get(left_at=None)
    assert current == theirs
    assert current.changed_at == theirs.changed_at
    assert StageTotal.objects.by_stage()[theirs.stage_id] == (1, 100_000)


@pytest.mark.parametrize("seconds", [-30, 30], ids=["entered before", "a fast clock"])
def test_a_stay_ends_with_the_merge_and_never_before_it_began(
    seconds: int, pair: tuple[Lead, Lead]
) -> None:
    ana, anna = pair
    begun = timezone.now() + timedelta(seconds=seconds)
    anna.stage_periods.filter(left_at=None).update(changed_at=begun)
    before = clock.now()
    row = merge(ana.pk, anna.pk, MergeChoice())
    ended = LeadStage.objects.get(pk=row.moved.closed_stay).left_at
    assert ended == begun if seconds > 0 else ended >= before


@pytest.mark.parametrize("choice", [MergeChoice(), EVERYTHING], ids=["nothing", "all"])
def test_after_unmerge_every_value_and_every_link_is_as_before(
    choice: MergeChoice, pair: tuple[Lead, Lead]
) -> None:
    before = everything()
    totals = {k: v for k, v in StageTotal.objects.by_stage().items() if any(v)}
    row = merge(pair[0].pk, pair[1].pk, choice)
    assert everything() != before
    undone = unmerge(row.pk)
    assert undone.unrestored == []
    assert everything() == before
    assert totals_are_right()
    assert totals == {k: v for k, v in StageTotal.objects.by_stage().items() if any(v)}


@pytest.mark.parametrize("survivor_has", [True, False])
def test_an_only_opportunity_moves_and_comes_back(survivor_has: bool) -> None:
    leads = [factories.LeadFactory(admitted=True) for _ in range(2)]
    opportunity = factories.OpportunityFactory(lead=leads[0 if survivor_has else 1])
    before = everything()
    row = merge(leads[0].pk, leads[1].pk, MergeChoice())
    assert Opportunity.objects.get().lead == leads[0]
    assert Opportunity.objects.get() == opportunity
    unmerge(row.pk)
    assert everything() == before
    assert totals_are_right()


def test_what_was_changed_after_the_merge_stays_and_is_named(
    pair: tuple[Lead, Lead],
) -> None:
    ana, anna = pair
    row = merge(ana.pk, anna.pk, EVERYTHING)
    now = Lead.objects.get(pk=ana.pk)
    now.source = "referral"
    now.save()
    factories.ActivityFactory(lead=now, type="sms_sent", payload_json={})
    undone = unmerge(row.pk)
    again = Lead.objects.get(pk=ana.pk)
    assert undone.unrestored == ["source"]
    assert (again.source, again.first_name) == ("referral", "Ana")
    assert Activity.objects.get(type="sms_sent").lead == ana


def test_a_move_after_the_merge_is_the_survivors(pair: tuple[Lead, Lead]) -> None:
    ana, anna = pair
    where = {lead.pk: lead.stage_periods.get(left_at=None).stage for lead in pair}
    row = merge(ana.pk, anna.pk, MergeChoice(takes_stage=True))
    moved_to = factories.StageFactory()
    pipeline.move(ana.pk, moved_to.pk)
    unmerge(row.pk)
    assert ana.stage_periods.get(left_at=None).stage == moved_to
    assert anna.stage_periods.get(left_at=None).stage == where[anna.pk]
    assert totals_are_right()


def test_a_stage_that_was_retired_meanwhile_gives_its_lead_to_the_first(
    pair: tuple[Lead, Lead],
) -> None:
    ana, anna = pair
    first = factories.StageFactory(order=1)
    row = merge(ana.pk, anna.pk, MergeChoice())
    anna.stage_periods.model.objects.get(pk=row.moved.current_stay).stage.delete()
    unmerge(row.pk)
    assert anna.stage_periods.get(left_at=None).stage == first
    assert totals_are_right()


def test_contact_data_is_kept_nowhere_but_in_its_sealed_columns(
    pair: tuple[Lead, Lead],
) -> None:
    merge(pair[0].pk, pair[1].pk, EVERYTHING)
    with connection.cursor() as cursor:
        cursor.execute("SELECT leads_leadmerge::text FROM leads_leadmerge")
        text = cursor.fetchone()[0]
    assert pair[1].pk in text
    assert "example.com" not in text
    assert "2125550199" not in text


def test_both_histories_are_told_on_the_survivors_page(pair: tuple[Lead, Lead]) -> None:
    ana, anna = pair
    anna.source = "tiktok"
    anna.save()
    anna_stays = list(anna.stage_periods.order_by("changed_at"))
    merge(ana.pk, anna.pk, MergeChoice())
    texts = [item.text for item in read_timeline(ana)]
    assert "Changed source from Google to TikTok" in texts
    assert any(text.startswith("Merged with Anna, created") for text in texts)
    assert "Deleted this" not in texts
    first, second = (stage_period.stage for stage_period in anna_stays)
    assert texts.count(f"Created in {first}") == 2
    assert f"Moved from {first} to {second}" in texts
    assert f"Moved from {second} to {first}" not in texts


def test_undoing_a_move_of_the_survivor_leads_to_its_own_last_stage(
    pair: tuple[Lead, Lead], manager: User, client: Client
) -> None:
    ana, anna = pair
    here = ana.stage_periods.get().stage
    stage_period = pipeline.move(ana.pk, factories.StageFactory().pk)
    merge(ana.pk, anna.pk, MergeChoice())
    client.force_login(manager)
    client.post(
        f"/leads/{ana.pk}/undo/", {"source": "stage_period", "row": stage_period.pk}
    )
    assert ana.stage_periods.get(left_at=None).stage == here


def test_the_old_contact_id_finds_the_survivor(pair: tuple[Lead, Lead]) -> None:
    ana, anna = pair
    ana.external_id = "ghl10000000000000000"
    ana.save()
    merge(ana.pk, anna.pk, MergeChoice())
    person = _Person(external_id="ghl70000000000000000")
    directory = Directory()
    directory.look_up([person])
    assert directory.find(person).id == ana.pk


class _Person:
    def __init__(self, external_id: str) -> None:
        self.external_id, self.first_name, self.email, self.phone = (
            external_id,
            "",
            "",
            "",
        )
