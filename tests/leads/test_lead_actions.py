"""What is done from the lead page in one click, and taken back in one."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from leads.models import Activity, Lead, LeadTag, Task
from medspa.clinic_time import clinic_zone
from medspa.ids import new_id
from medspa.models import User
from medspa.templatetags.clinic import moment
from tests import factories
from tests.page_text import text_of


@pytest.fixture
def desk(front_desk: User, client: Client) -> Client:
    client.force_login(front_desk)
    return client


@pytest.fixture
def lead(db: None) -> Lead:
    return factories.LeadFactory(admitted=True, first_name="Ana")


def act(client: Client, lead: Lead, name: str, **data: Any) -> str:
    answer = client.post(f"/leads/{lead.pk}/{name}/", data, follow=True)
    assert answer.status_code == 200
    return text_of(answer)


def undo(client: Client, lead: Lead, source: str, row: Any) -> str:
    return act(client, lead, "undo", source=source, row=row.pk)


# Next steps -----------------------------------------------------------------


def test_a_next_step_is_planned_by_picking(
    desk: Client, lead: Lead, front_desk: User
) -> None:
    page = act(desk, lead, "plan", what="send_prices", when="tomorrow", **{"for": "me"})
    task = Task.objects.get()
    local = task.due_at.astimezone(clinic_zone())
    assert (task.what, task.assigned_to) == ("send_prices", front_desk)
    assert (local.hour, local.minute) == (9, 0)
    assert "“Send prices” added." in page
    assert f"Due {moment(task.due_at)}" in page


def test_a_typed_moment_is_the_clinics(desk: Client, lead: Lead) -> None:
    act(desk, lead, "plan", what="call_back", due_at="2030-07-01T15:30")
    assert Task.objects.get().due_at.isoformat() == "2030-07-01T19:30:00+00:00"


@pytest.mark.parametrize(
    "data",
    [
        {"what": "ask_about_allergies", "when": "tomorrow"},
        {"what": "call_back", "when": "someday"},
        {"what": "call_back", "due_at": "soon"},
        {"what": "call_back", "due_at": "2030-13-45T99:99"},
        {"what": "call_back", "due_at": "9999-12-31T23:59"},
        {},
    ],
)
def test_a_step_outside_the_lists_is_not_planned(
    data: dict, desk: Client, lead: Lead
) -> None:
    page = act(desk, lead, "plan", **data)
    assert 'class="said-one error"' in page
    assert not Task.all_objects.exists()


def test_the_same_step_is_not_planned_twice(desk: Client, lead: Lead) -> None:
    act(desk, lead, "plan", what="call_back", when="tomorrow")
    page = act(desk, lead, "plan", what="call_back", when="week")
    assert "This next step already exists." in page
    assert Task.objects.count() == 1


def test_an_overdue_step_says_so_in_words(desk: Client, lead: Lead) -> None:
    past = timezone.now() - timedelta(hours=2)
    factories.TaskFactory(lead=lead, due_at=past, created_at=past)
    page = act(desk, lead, "untag")
    assert "Overdue</strong> since" in page


def test_a_step_is_done_in_one_click_and_open_again_after_undo(
    desk: Client, lead: Lead
) -> None:
    task = factories.TaskFactory(lead=lead)
    page = act(desk, lead, "done", task=task.pk)
    assert "“Call back” done." in page
    assert "Done: Call back" in page
    task.refresh_from_db()
    assert task.done_at is not None

    assert "“Call back” is open again." in undo(desk, lead, "task", task)
    task.refresh_from_db()
    assert task.done_at is None


def test_planning_is_undone_by_taking_the_step_away(desk: Client, lead: Lead) -> None:
    task = factories.TaskFactory(lead=lead)
    undo(desk, lead, "task", task)
    assert not Task.objects.exists()
    assert Task.all_objects.get().history.count() == 2


def test_a_step_of_another_lead_is_out_of_reach(desk: Client, lead: Lead) -> None:
    task = factories.TaskFactory()
    assert "no longer exists" in act(desk, lead, "done", task=task.pk)
    assert "already undone" in undo(desk, lead, "task", task)
    task.refresh_from_db()
    assert task.done_at is None
    assert not task.is_deleted


# Contacts -------------------------------------------------------------------


def test_a_contact_is_offered_back_at_once_and_in_the_timeline(
    desk: Client, lead: Lead
) -> None:
    page = act(desk, lead, "log", type="call", outcome="voicemail")
    call = Activity.objects.get(type="call")
    assert "Call logged." in page
    assert page.count(f'value="{call.pk}"') == 2

    assert "Call undone." in undo(desk, lead, "activity", call)
    assert not Activity.objects.filter(type="call").exists()
    assert "already undone" in undo(desk, lead, "activity", call)


def test_a_double_click_notes_one_contact(desk: Client, lead: Lead) -> None:
    for _ in range(2):
        act(desk, lead, "log", type="call", outcome="busy", key=KEY)
    assert Activity.objects.filter(type="call").count() == 1


KEY = new_id()


def test_a_key_of_another_leads_row_makes_nothing(desk: Client, lead: Lead) -> None:
    other = factories.ActivityFactory()
    page = act(desk, lead, "log", type="call", outcome="busy", key=other.pk)
    assert "This page is out of date." in page
    assert Activity.objects.filter(type="call").get() == other


def test_what_a_colleague_noted_is_taken_back_by_a_manager_only(
    desk: Client, lead: Lead, manager: User
) -> None:
    call = factories.ActivityFactory(lead=lead, created_by=manager)
    assert "Only manager or a manager" in undo(desk, lead, "activity", call)
    assert Activity.objects.filter(pk=call.pk).exists()
    desk.force_login(manager)
    undo(desk, lead, "activity", call)
    assert not Activity.objects.filter(pk=call.pk).exists()


# Tags and moves -------------------------------------------------------------


def test_tagging_and_untagging_are_undone(desk: Client, lead: Lead) -> None:
    tag = factories.TagFactory(name="Lips")
    assert "Tagged Lips." in act(desk, lead, "tag", tag=tag.pk)
    note = Activity.objects.get(type="tag_added")
    undo(desk, lead, "activity", note)
    assert not LeadTag.objects.exists()

    act(desk, lead, "tag", tag=tag.pk)
    assert "Tag Lips removed." in act(desk, lead, "untag", tag=tag.pk)
    assert not LeadTag.objects.exists()
    assert "Tagged Lips again." in undo(desk, lead, "untag", tag)
    assert LeadTag.objects.get().tag == tag


def test_a_move_is_undone_and_nothing_later_is_overwritten(
    desk: Client, lead: Lead
) -> None:
    here, there = lead.stage_periods.get().stage, factories.StageFactory()
    act(desk, lead, "move", stage=there.pk)
    stage_period = lead.stage_periods.get(left_at=None)
    assert f"Ana is back in {here}." in undo(desk, lead, "stage_period", stage_period)
    assert lead.stage_periods.get(left_at=None).stage == here
    assert "Nothing was undone." in undo(desk, lead, "stage_period", stage_period)
    assert lead.stage_periods.get(left_at=None).stage == here


def test_undoing_a_move_out_of_lost_keeps_the_reason(desk: Client, lead: Lead) -> None:
    lost, there = factories.StageFactory(outcome="lost"), factories.StageFactory()
    act(desk, lead, "move", stage=lost.pk, lost_reason="price")
    act(desk, lead, "move", stage=there.pk)
    undo(desk, lead, "stage_period", lead.stage_periods.get(left_at=None))
    current = lead.stage_periods.get(left_at=None)
    assert (current.stage, current.lost_reason) == (lost, "price")


# Everything -----------------------------------------------------------------


@pytest.mark.parametrize(
    "source", ["", "lead", "stage_period", "activity", "merge", "event"]
)
def test_undoing_nothing_is_a_sentence_and_no_error(
    source: str, desk: Client, lead: Lead
) -> None:
    page = act(desk, lead, "undo", source=source, row="nothing")
    assert 'class="said-one error"' in page


@pytest.mark.parametrize("name", ["plan", "done", "tag", "untag", "undo", "log"])
def test_a_deleted_lead_is_left_alone(name: str, desk: Client, lead: Lead) -> None:
    lead.delete()
    assert "This lead was deleted" in act(desk, lead, name, source="merge")


@pytest.mark.parametrize("name", ["plan", "done", "tag", "untag", "undo", "log"])
def test_providers_do_nothing_here(
    name: str, client: Client, lead: Lead, provider: User
) -> None:
    client.force_login(provider)
    assert client.post(f"/leads/{lead.pk}/{name}/").status_code == 403


def test_a_past_value_is_put_back_from_the_timeline(
    desk: Client, lead: Lead, manager: User
) -> None:
    lead.source = "google"
    lead.save()
    assert "Restore" not in act(desk, lead, "untag")
    desk.force_login(manager)
    assert "Restore source to Other" in act(desk, lead, "untag")
    change = lead.history.first()
    answer = desk.post(
        f"/admin/leads/lead/{lead.pk}/history/put-back/",
        {
            "field": "source",
            "record": change.history_id,
            "next": f"/leads/{lead.pk}/",
        },
    )
    assert answer["Location"] == f"/leads/{lead.pk}/"
    lead.refresh_from_db()
    assert lead.source == "other"


def test_putting_back_sends_nobody_to_another_site(
    client: Client, lead: Lead, manager: User
) -> None:
    lead.source = "google"
    lead.save()
    client.force_login(manager)
    answer = client.post(
        f"/admin/leads/lead/{lead.pk}/history/put-back/",
        {
            "field": "source",
            "record": lead.history.first().history_id,
            "next": "https://evil.example/",
        },
    )
    assert answer["Location"].startswith("/admin/")
