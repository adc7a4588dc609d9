"""Deactivating people: who takes over what is theirs, and who may not go."""

import pytest
from django.test import Client
from django.urls import reverse

from leads.models import SavedView, Task
from medspa.accounts.people.leaving import receivers_for
from medspa.models import EmailedLink, User
from medspa.roles import ADMINISTRATOR, FRONT_DESK
from tests import factories
from tests.medspa.people.posting import act

pytestmark = pytest.mark.django_db


@pytest.fixture
def maria() -> User:
    person: User = factories.UserFactory(role=FRONT_DESK, first_name="Maria")
    return person


@pytest.fixture
def paul() -> User:
    person: User = factories.UserFactory(role=FRONT_DESK, first_name="Paul")
    return person


def page(person: User) -> str:
    return reverse("person_deactivate", args=[person.pk])


def may_sign_in(person: User) -> bool:
    person.refresh_from_db()
    return person.may_sign_in


def test_open_leads_and_next_steps_are_handed_over_with_their_history(
    office: Client, administrator: User, maria: User, paul: User
) -> None:
    won = factories.StageFactory(outcome="won")
    lead = factories.LeadFactory(admitted=True, assigned_to=maria)
    closed = factories.LeadFactory(stage=won, assigned_to=maria)
    deleted = factories.LeadFactory(admitted=True, assigned_to=maria)
    deleted.delete()
    step = factories.TaskFactory(lead=closed, assigned_to=maria)
    done = factories.TaskFactory(assigned_to=maria)
    done.finish()
    asked = office.get(page(maria)).text
    assert "1 open lead" in asked
    assert "1 next step" in asked
    told = act(office, "deactivate", maria, to=paul.pk)
    assert "was deactivated and is signed out everywhere." in told
    for row, who in (
        (lead, paul),
        (closed, maria),
        (deleted, maria),
        (step, paul),
        (done, maria),
    ):
        row.refresh_from_db()
        assert row.assigned_to == who
    newest = lead.history.first()
    assert (newest.assigned_to, newest.history_user) == (paul, administrator)
    assert newest.history_change_reason == "handed over by Maria"
    assert step.history.first().assigned_to == paul
    assert not may_sign_in(maria)


def test_with_no_one_to_take_over_leads_are_unassigned(
    office: Client, maria: User
) -> None:
    lead = factories.LeadFactory(admitted=True, assigned_to=maria)
    act(office, "deactivate", maria, to="none")
    lead.refresh_from_db()
    assert lead.assigned_to is None


def test_who_takes_over_is_asked_and_must_be_able_to(
    office: Client, maria: User, provider: User
) -> None:
    factories.LeadFactory(admitted=True, assigned_to=maria)
    for to in ("", provider.pk, maria.pk, "x"):
        answer = office.post(page(maria), {"to": to})
        assert answer.status_code == 422
        assert "Choose" in answer.text
    assert may_sign_in(maria)
    assert provider not in receivers_for(maria)


def test_shared_and_pinned_views_follow_under_a_name_that_is_free(
    office: Client, maria: User, paul: User
) -> None:
    shared = factories.SavedViewFactory(owner=maria, name="Hot", is_shared=True)
    pinned = factories.SavedViewFactory(owner=maria, name="Mine")
    private = factories.SavedViewFactory(owner=maria, name="Old")
    factories.SavedViewFactory(owner=paul, name="hot")
    for view in (shared, pinned):
        factories.PinnedViewFactory(view=view, person=maria)
    factories.PinnedViewFactory(view=shared, person=paul)
    act(office, "deactivate", maria, to=paul.pk)
    names = SavedView.objects.filter(owner=paul).values_list("name", flat=True)
    assert sorted(names) == ["Hot (Maria)", "Mine", "hot"]
    assert set(paul.pinned_views.values_list("view", flat=True)) == {
        shared.pk,
        pinned.pk,
    }
    private.refresh_from_db()
    assert private.owner == maria


def test_whoever_is_deactivated_is_signed_out_at_the_next_request(
    office: Client, maria: User
) -> None:
    at_work = Client()
    at_work.force_login(maria)
    assert at_work.get("/leads/").status_code == 200
    act(office, "deactivate", maria)
    assert at_work.post("/leads/add/", {"first_name": "Ana"}).status_code == 302
    assert at_work.get("/leads/").status_code == 302
    act(office, "reactivate", maria)
    assert at_work.get("/leads/").status_code == 302, "the old session stays over"
    assert may_sign_in(maria)


def test_links_that_were_sent_to_them_end(office: Client, maria: User) -> None:
    factories.EmailChangeFactory(person=maria)
    act(office, "deactivate", maria)
    assert not EmailedLink.objects.not_ended().exists()


def test_nobody_deactivates_themselves_or_the_last_administrator(
    office: Client, administrator: User, superuser: User
) -> None:
    factories.UserFactory(role=ADMINISTRATOR)
    assert "deactivate yourself" in act(office, "deactivate", administrator)
    assert may_sign_in(administrator)
    User.objects.exclude(pk__in=[administrator.pk, superuser.pk]).update(
        is_active=False
    )
    other = Client()
    other.force_login(superuser)
    assert "last administrator who can sign in" in act(
        other, "deactivate", administrator
    )
    assert may_sign_in(administrator)


def test_an_invited_administrator_is_no_second_one(
    office: Client, administrator: User, superuser: User, client: Client
) -> None:
    link = factories.EmailedLinkFactory()
    link.person.groups.set(administrator.groups.all())
    client.force_login(superuser)
    assert "last administrator" in act(client, "deactivate", administrator)


def test_an_administrator_deactivates_no_superuser(
    office: Client, superuser: User
) -> None:
    assert office.post(page(superuser)).status_code == 403
    assert office.get(page(superuser)).status_code == 403
    assert may_sign_in(superuser)


def test_what_was_assigned_at_the_same_moment_is_handed_over_later(
    office: Client, maria: User, paul: User
) -> None:
    act(office, "deactivate", maria)
    assert "already deactivated" not in office.get(page(maria)).text
    factories.TaskFactory(assigned_to=maria)
    person = office.get(reverse("person", args=[maria.pk])).text
    assert "Still assigned:" in person
    act(office, "deactivate", maria, to=paul.pk)
    assert Task.objects.get().assigned_to == paul
