"""What each part of a merge does, and what undoing it gives back."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from leads.models import Lead, LeadMerge, Task
from leads.services.matching import Directory
from leads.services.merging import MergeChoice, MergeRefused, merge
from leads.services.unmerging import unmerge
from medspa.audit.actors import acting
from medspa.models import User
from tests import factories
from tests.leads.test_matching import Person
from tests.rules import let_history_change

pytestmark = pytest.mark.django_db
NOTHING = MergeChoice()


@pytest.fixture
def ana() -> Lead:
    """The survivor, older than the other by a day and with a contact id."""
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


def nothing_may_be_written_to(table: str) -> None:
    connection.check_constraints()  # a table with waiting checks can't be altered
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} ADD CHECK (false) NOT VALID")


# Identity -----------------------------------------------------------------------


def test_a_survivor_keeps_its_contact_id_and_both_ids_find_it(
    ana: Lead, anna: Lead
) -> None:
    Lead.objects.filter(pk=anna.pk).update(external_id="def00000000000000000")
    merge(ana.pk, anna.pk, NOTHING)
    assert (now(ana).external_id, now(anna).external_id) == (
        "abc00000000000000000",
        "def00000000000000000",
    )
    for contact_id in ("abc00000000000000000", "def00000000000000000"):
        directory = Directory()
        directory.look_up([person := Person(external_id=contact_id)])
        assert directory.find(person).id == ana.pk


def test_a_merge_remembers_the_newest_state_of_the_survivor(
    ana: Lead, anna: Lead
) -> None:
    for name in ("Eve", "Anna"):
        anna.first_name = name
        anna.save()
    newest = anna.history.latest("history_id").history_id
    assert merge(anna.pk, ana.pk, NOTHING).moved.before == newest


def test_a_state_without_history_is_written_down_before_a_merge(
    ana: Lead, anna: Lead
) -> None:
    Lead.objects.filter(pk=anna.pk).update(first_name="Eve")
    row = merge(anna.pk, ana.pk, NOTHING)
    assert anna.history.get(history_id=row.moved.before).first_name == "Eve"


def test_a_survivor_without_a_contact_id_takes_the_others(
    ana: Lead, anna: Lead
) -> None:
    row = merge(anna.pk, ana.pk, NOTHING)
    assert (now(anna).external_id, now(ana).external_id) == (
        "abc00000000000000000",
        None,
    )
    assert row.moved.taken == ["created_at", "external_id"]
    unmerge(row.pk)
    assert (now(anna).external_id, now(ana).external_id) == (
        None,
        "abc00000000000000000",
    )


def test_an_id_that_the_survivor_got_since_stays_and_is_named(
    ana: Lead, anna: Lead
) -> None:
    row = merge(anna.pk, ana.pk, NOTHING)
    Lead.objects.filter(pk=anna.pk).update(external_id="new00000000000000000")
    assert unmerge(row.pk).unrestored == ["GoHighLevel contact ID"]
    assert (now(anna).external_id, now(ana).external_id) == (
        "new00000000000000000",
        None,
    )


def test_the_earlier_day_stays(ana: Lead, anna: Lead) -> None:
    row = merge(ana.pk, anna.pk, NOTHING)
    assert now(ana).created_at == ana.created_at
    assert row.moved.taken == []
    assert row.moved.contact_id_before is None


def test_where_nothing_is_taken_the_survivor_is_not_written(
    ana: Lead, anna: Lead
) -> None:
    merge(
        ana.pk, anna.pk, MergeChoice(frozenset({"source", "campaign", "assigned_to"}))
    )
    assert now(ana).updated_at == ana.updated_at
    assert ana.history.count() == 1


@pytest.mark.parametrize(
    "name",
    [
        "first_name",
        "email",
        "phone",
        "source",
        "campaign",
        "ad_platform",
        "assigned_to",
    ],
)
def test_every_field_can_be_taken_and_comes_back(
    name: str, ana: Lead, anna: Lead
) -> None:
    anna.source, anna.ad_platform = "tiktok", "yelp"
    anna.campaign = factories.CampaignFactory()
    anna.assigned_to = factories.UserFactory()
    anna.save()
    before = getattr(ana, name)
    row = merge(ana.pk, anna.pk, MergeChoice(frozenset({name})))
    assert row.moved.taken == [name]
    assert getattr(now(ana), name) == getattr(anna, name) != before
    assert unmerge(row.pk).unrestored == []
    assert getattr(now(ana), name) == before


def test_a_value_that_no_history_told_comes_back_too(ana: Lead, anna: Lead) -> None:
    """A bulk update leaves no history; the merge makes up for it."""
    Lead.objects.filter(pk=ana.pk).update(source="referral")
    Lead.objects.filter(pk=anna.pk).update(source="tiktok")
    row = merge(ana.pk, anna.pk, MergeChoice(frozenset({"source"})))
    assert now(ana).source == "tiktok"
    unmerge(row.pk)
    assert now(ana).source == "referral"


def test_a_lead_without_any_history_can_be_merged(ana: Lead, anna: Lead) -> None:
    let_history_change(Lead)
    ana.history.all().delete()
    row = merge(ana.pk, anna.pk, MergeChoice(frozenset({"first_name"})))
    unmerge(row.pk)
    assert now(ana).first_name == "Ana"


# Steps, stays, history ---------------------------------------------------------------


def done_task(lead: Lead) -> Task:
    task = factories.TaskFactory(lead=lead)
    task.done_at = timezone.now()
    task.save()
    return task


def test_a_step_that_the_survivor_plans_already_stays_behind(
    ana: Lead, anna: Lead
) -> None:
    factories.TaskFactory(lead=ana)
    done = done_task(anna)
    deleted = factories.TaskFactory(lead=anna)
    deleted.delete()
    planned = factories.TaskFactory(lead=anna)
    other = factories.TaskFactory(lead=anna, what="check_in")
    row = merge(ana.pk, anna.pk, NOTHING)
    moved = {done.pk, deleted.pk, other.pk}
    assert set(row.moved.children["task"]) == moved
    assert set(Task.all_objects.filter(lead=anna)) == {planned}
    unmerge(row.pk)
    assert Task.all_objects.filter(lead=anna).count() == 4


def test_a_step_that_the_survivor_has_done_is_planned_again(
    ana: Lead, anna: Lead
) -> None:
    done_task(ana)
    planned = factories.TaskFactory(lead=anna)
    merge(ana.pk, anna.pk, NOTHING)
    assert Task.objects.open().get(lead=ana) == planned


@pytest.mark.parametrize("takes_stage", [True, False])
@pytest.mark.parametrize("who", ["own", "other", "nobody"])
def test_of_fewer_than_two_stays_none_ends(
    who: str, takes_stage: bool, ana: Lead, anna: Lead
) -> None:
    for lead, word in ((ana, "own"), (anna, "other")):
        if word != who:
            lead.stage_periods.all().delete()
    row = merge(ana.pk, anna.pk, MergeChoice(takes_stage=takes_stage))
    assert ana.stage_periods.filter(left_at=None).count() == (
        0 if who == "nobody" else 1
    )
    assert row.moved.closed_stay is None
    assert (row.moved.current_stay is not None) is (who == "other")
    unmerge(row.pk)
    assert ana.stage_periods.filter(left_at=None).count() == (1 if who == "own" else 0)
    assert anna.stage_periods.filter(left_at=None).count() == (
        1 if who == "other" else 0
    )


def test_history_tells_of_the_merge_and_who_did_it(
    ana: Lead, anna: Lead, manager: User
) -> None:
    noted = factories.ActivityFactory(lead=anna)
    with acting(user=manager):
        row = merge(ana.pk, anna.pk, MergeChoice(frozenset({"first_name"})))
    assert (row.merged_by, row.undone_by) == (manager, None)
    for line in (ana.history.first(), noted.history.first()):
        assert line.history_change_reason == "Merged with Anna"
        assert line.history_user == manager
    assert anna.history.first().history_change_reason == "Merged into Anna"
    with acting(user=manager):
        unmerge(row.pk)
    row.refresh_from_db()
    assert row.undone_by == manager
    for line in (ana.history.first(), anna.history.first(), noted.history.first()):
        assert line.history_change_reason == "Merge with Anna undone"


@pytest.mark.parametrize(
    ("seconds", "is_undone"), [(-60, True), (0, False), (60, False)]
)
def test_a_merge_is_undone_for_thirty_days(
    seconds: int, is_undone: bool, ana: Lead, anna: Lead
) -> None:
    row = merge(ana.pk, anna.pk, NOTHING)
    age = timedelta(days=30, seconds=seconds)
    LeadMerge.objects.filter(pk=row.pk).update(merged_at=timezone.now() - age)
    if is_undone:
        assert unmerge(row.pk).merged == anna
    else:
        with pytest.raises(MergeRefused, match=r"for 30 days\. This one is older"):
            unmerge(row.pk)
    assert now(anna).is_deleted is not is_undone


def test_a_merge_whose_survivor_is_gone_is_not_undone(ana: Lead, anna: Lead) -> None:
    row = merge(ana.pk, anna.pk, NOTHING)
    now(ana).delete()
    with pytest.raises(MergeRefused, match="Ana was deleted or merged later"):
        unmerge(row.pk)
    assert now(anna).is_deleted


@pytest.mark.parametrize("which", ["undone", "unknown"])
def test_what_is_undone_or_never_was_is_not_undone(
    which: str, ana: Lead, anna: Lead
) -> None:
    row = merge(ana.pk, anna.pk, NOTHING)
    unmerge(row.pk)
    with pytest.raises(MergeRefused, match="already undone"):
        unmerge(row.pk if which == "undone" else "nothing")


# All or nothing -----------------------------------------------------------------------


def test_a_merge_that_fails_in_the_end_has_changed_nothing(
    ana: Lead, anna: Lead
) -> None:
    nothing_may_be_written_to("leads_leadmerge")
    with pytest.raises(IntegrityError):
        merge(ana.pk, anna.pk, MergeChoice(frozenset({"first_name"})))
    assert now(ana).first_name == "Ana"
    assert not now(anna).is_deleted


def test_an_undoing_that_fails_in_the_end_has_changed_nothing(
    ana: Lead, anna: Lead
) -> None:
    row = merge(ana.pk, anna.pk, MergeChoice(frozenset({"first_name"})))
    nothing_may_be_written_to("leads_leadmerge")
    with pytest.raises(IntegrityError):
        unmerge(row.pk)
    assert now(ana).first_name == "Anna"
    assert now(anna).is_deleted
    assert LeadMerge.objects.standing().get() == row
