"""Merges at their edges: equal moments, other people's rows, missing history."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kpis.models import KpiEvent
from leads.models import ContactPoint, Lead, LeadMerge, LeadStage, Task
from leads.services.merging import MergeChoice, merge
from leads.services.unmerging import unmerge
from medspa import clock
from medspa.encryption.fields import surviving_damage
from tests import factories
from tests.leads.merge_pair import EVERYTHING, make_pair, values
from tests.rules import let_history_change

pytestmark = pytest.mark.django_db
NOTHING = MergeChoice()


@pytest.fixture
def ana() -> Lead:
    """The survivor, a day older than the other and with a contact ID."""
    return factories.LeadFactory(
        admitted=True,
        first_name="Ana",
        external_id="abc00000000000000000",
        created_at=timezone.now() - timedelta(days=1),
    )


@pytest.fixture
def anna() -> Lead:
    return factories.LeadFactory(admitted=True, first_name="Anna")


def now(lead: Lead) -> Lead:
    return Lead.all_objects.get(pk=lead.pk)


# Values -----------------------------------------------------------------------------


def test_what_is_known_of_the_earlier_day_comes_with_it_and_goes_back(
    ana: Lead, anna: Lead
) -> None:
    Lead.objects.filter(pk=ana.pk).update(created_time_known=False, is_backfilled=True)
    row = merge(anna.pk, ana.pk, NOTHING)
    assert row.moved.taken == [
        "created_at",
        "created_time_known",
        "is_backfilled",
        "external_id",
    ]
    assert (now(anna).created_time_known, now(anna).is_backfilled) == (False, True)
    assert unmerge(row.pk).unrestored == []
    assert (now(anna).created_time_known, now(anna).is_backfilled) == (True, False)


def test_of_two_leads_of_one_moment_the_survivor_keeps_its_own(
    ana: Lead, anna: Lead
) -> None:
    Lead.objects.filter(pk=anna.pk).update(
        created_at=ana.created_at, is_backfilled=True
    )
    assert merge(ana.pk, anna.pk, NOTHING).moved.taken == []
    assert not now(ana).is_backfilled


def test_a_contact_that_the_survivor_has_already_is_not_kept_twice(
    ana: Lead, anna: Lead
) -> None:
    has = factories.ContactPointFactory(lead=ana, email=anna.email.upper())
    had = factories.ContactPointFactory(lead=ana, email="", phone=anna.phone)
    had.delete()
    row = merge(ana.pk, anna.pk, NOTHING)
    again = ContactPoint.objects.get(phone_index=had.phone_index)
    assert set(ana.contact_points.filter(deleted_at=None)) == {has, again}
    assert row.moved.contact_points == [again.pk]


@pytest.mark.parametrize("which", ["survivor", "merged"])
def test_a_phone_that_nobody_can_read_stops_no_merge(
    which: str, ana: Lead, anna: Lead
) -> None:
    damaged = ana if which == "survivor" else anna
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE leads_lead SET phone ="
            " set_byte(phone, 30, 255 - get_byte(phone, 30)) WHERE id = %s",
            [damaged.pk],
        )
    with surviving_damage():
        row = merge(ana.pk, anna.pk, NOTHING)
    kept = {point.email or point.phone for point in ana.contact_points.all()}
    assert kept == ({anna.email, anna.phone} if which == "survivor" else {anna.email})
    assert len(row.moved.contact_points) == len(kept)


@pytest.mark.parametrize("is_told", [True, False])
def test_the_newest_state_is_the_one_written_last_whatever_the_clocks_said(
    is_told: bool, ana: Lead, anna: Lead
) -> None:
    anna.first_name = "Eve"
    anna._history_date = timezone.now() + timedelta(seconds=30)
    anna.save()
    del anna._history_date
    anna.first_name = "Bea"
    if is_told:
        anna.save()
    else:
        Lead.objects.filter(pk=anna.pk).update(first_name="Bea")
    before = merge(anna.pk, ana.pk, NOTHING).moved.before
    state = anna.history.get(history_id=before)
    assert state.first_name == "Bea"
    assert anna.history.filter(first_name="Bea").order_by("history_id").first() == state


# Other people -----------------------------------------------------------------------


@pytest.mark.parametrize("choice", [NOTHING, EVERYTHING], ids=["nothing", "all"])
def test_what_belongs_to_a_third_lead_stays_there(choice: MergeChoice) -> None:
    third = factories.LeadFactory(admitted=True)
    rows = [
        factories.LeadTagFactory(lead=third),
        factories.TaskFactory(lead=third, what="send_prices"),
        factories.ActivityFactory(lead=third),
        factories.OpportunityFactory(lead=third),
        factories.ContactPointFactory(lead=third),
        third.stage_periods.get(),
    ]
    before = [values(row) for row in rows]
    pair = make_pair()

    def as_now() -> list[object]:
        return [values(type(row)._base_manager.get(pk=row.pk)) for row in rows]

    row = merge(pair[0].pk, pair[1].pk, choice)
    assert as_now() == before
    unmerge(row.pk)
    assert as_now() == before


def test_what_a_third_lead_plans_stops_no_step(ana: Lead, anna: Lead) -> None:
    factories.TaskFactory()
    planned = factories.TaskFactory(lead=anna)
    merge(ana.pk, anna.pk, NOTHING)
    assert Task.objects.get(pk=planned.pk).lead == ana


def test_a_row_that_moved_on_since_does_not_go_back(ana: Lead, anna: Lead) -> None:
    noted = factories.ActivityFactory(lead=anna)
    row = merge(ana.pk, anna.pk, NOTHING)
    points = ContactPoint.objects.filter(lead=ana)
    kept = points.first()
    third = factories.LeadFactory()
    type(noted).objects.filter(pk=noted.pk).update(lead=third)
    points.filter(pk=kept.pk).update(lead=third)
    unmerge(row.pk)
    noted.refresh_from_db()
    kept.refresh_from_db()
    assert (noted.lead, kept.lead, kept.is_deleted) == (third, third, False)


# Undoing ----------------------------------------------------------------------------


def test_undoing_says_of_both_leads_that_they_changed(ana: Lead, anna: Lead) -> None:
    row = merge(anna.pk, ana.pk, NOTHING)
    long_ago = timezone.now() - timedelta(days=3)
    Lead.all_objects.update(updated_at=long_ago)
    unmerge(row.pk)
    assert now(ana).updated_at > long_ago
    assert now(anna).updated_at > long_ago


def test_giving_a_contact_id_back_is_a_change_of_the_survivor(
    ana: Lead, anna: Lead
) -> None:
    Lead.objects.filter(pk=anna.pk).update(
        created_at=ana.created_at - timedelta(days=1)
    )
    row = merge(anna.pk, ana.pk, NOTHING)
    assert row.moved.taken == ["external_id"]
    long_ago = timezone.now() - timedelta(days=3)
    Lead.all_objects.update(updated_at=long_ago)
    unmerge(row.pk)
    assert now(anna).updated_at > long_ago


@pytest.mark.parametrize("fields", [(), ("source",)])
def test_a_survivor_that_gets_nothing_back_is_not_written(
    fields: tuple[str, ...], ana: Lead, anna: Lead
) -> None:
    Lead.objects.filter(pk=anna.pk).update(source="tiktok")
    row = merge(ana.pk, anna.pk, MergeChoice(frozenset(fields)))
    Lead.objects.filter(pk=ana.pk).update(source="referral")
    before, lines = now(ana).updated_at, ana.history.count()
    assert unmerge(row.pk).unrestored == list(fields)
    assert (now(ana).updated_at, ana.history.count()) == (before, lines)


def test_an_id_whose_history_is_gone_stays_and_is_named(ana: Lead, anna: Lead) -> None:
    row = merge(anna.pk, ana.pk, NOTHING)
    let_history_change(Lead)
    ana.history.all().delete()
    assert unmerge(row.pk).unrestored == ["GoHighLevel contact ID"]
    assert now(anna).external_id == "abc00000000000000000"


@pytest.mark.parametrize("seconds", [-30, 30], ids=["merged before", "a fast clock"])
def test_a_merge_is_undone_now_and_never_before_it_was_made(
    seconds: int, ana: Lead, anna: Lead
) -> None:
    row = merge(ana.pk, anna.pk, NOTHING)
    made = timezone.now() + timedelta(seconds=seconds)
    LeadMerge.objects.filter(pk=row.pk).update(merged_at=made)
    before = clock.now()
    unmerge(row.pk)
    row.refresh_from_db()
    assert row.undone_at == made if seconds > 0 else row.undone_at >= before


def test_a_lead_that_undoing_puts_in_the_first_stage_has_booked_nothing(
    ana: Lead, anna: Lead
) -> None:
    factories.StageFactory(is_entry=True, records_kpi="consult_booked")
    row = merge(ana.pk, anna.pk, NOTHING)
    LeadStage.objects.get(pk=row.moved.current_stay).stage.delete()
    unmerge(row.pk)
    assert anna.stage_periods.get(left_at=None).stage.records_kpi == "consult_booked"
    assert not KpiEvent.objects.exists()


def test_both_leads_are_locked_in_the_order_of_their_ids(ana: Lead, anna: Lead) -> None:
    with CaptureQueriesContext(connection) as asked:
        row = merge(ana.pk, anna.pk, NOTHING)
        unmerge(row.pk)
    first_of_both = [
        query["sql"]
        for query in asked
        if "FOR NO KEY UPDATE" in query["sql"] and " IN (" in query["sql"]
    ]
    assert len(first_of_both) == 2
    for sql in first_of_both:
        assert 'ORDER BY "leads_lead"."id" ASC' in sql
