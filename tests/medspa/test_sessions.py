"""When a session ends, how it is stored, and what browsers may keep of its pages."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt, AccessLog
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from medspa.accounts.sessions import (
    BEGUN,
    LONGEST_IDLE,
    LONGEST_SESSION,
    SEEN,
    stored_key,
)
from medspa.models import PersonSession, User
from medspa.roles import MANAGER, PROVIDER
from medspa.tasks import forget_sign_ins
from tests import factories

BOARD, CHANGES = "/leads/board/", "/leads/board/changes/"
JSON = {"Accept": "application/json"}


@pytest.fixture
def desk(client: Client, front_desk: User) -> Client:
    client.force_login(front_desk)
    factories.StageFactory()
    return client


def is_signed_in(client: Client) -> bool:
    return client.get(BOARD).status_code == 200


def set_back(client: Client, key: str, by: timedelta) -> None:
    session = client.session
    session[key] = (timezone.now() - by).isoformat()
    session.save()


@pytest.mark.parametrize("column", ["is_staff", "is_active"])
@pytest.mark.parametrize("how", ["save", "update"])
def test_who_is_shut_out_is_out_at_the_next_click(
    desk: Client, front_desk: User, column: str, how: str
) -> None:
    assert is_signed_in(desk)
    if how == "save":
        setattr(front_desk, column, False)
        front_desk.save()
    else:
        User.objects.filter(pk=front_desk.pk).update(**{column: False})
    assert not is_signed_in(desk)
    assert desk.get(CHANGES, headers=JSON).status_code == 401
    User.objects.filter(pk=front_desk.pk).update(is_staff=True, is_active=True)
    assert not is_signed_in(desk), "the old session is over for good"


def test_another_role_ends_every_open_session(desk: Client, front_desk: User) -> None:
    assert is_signed_in(desk)
    front_desk.groups.add(Group.objects.get(name=MANAGER))
    assert not is_signed_in(desk)
    desk.force_login(front_desk)
    assert is_signed_in(desk)
    front_desk.groups.set([Group.objects.get(name=PROVIDER)])
    assert desk.get(BOARD).status_code == 302


def test_a_save_of_an_older_state_opens_no_session_again(
    desk: Client, front_desk: User
) -> None:
    older = User.objects.get(pk=front_desk.pk)
    front_desk.groups.add(Group.objects.get(name=MANAGER))
    older.first_name = "Livia"
    older.save()
    assert not is_signed_in(desk)


def test_twelve_hours_after_signing_in_it_is_over(
    client: Client, superuser: User
) -> None:
    """Whoever never had a role had no session ended by one."""
    client.force_login(superuser)
    set_back(client, BEGUN, LONGEST_SESSION - timedelta(minutes=1))
    assert is_signed_in(client)
    set_back(client, BEGUN, LONGEST_SESSION + timedelta(minutes=1))
    assert not is_signed_in(client)


def test_an_hour_of_nothing_ends_it_and_what_a_page_asks_by_itself_is_nothing(
    desk: Client,
) -> None:
    set_back(desk, SEEN, LONGEST_IDLE - timedelta(minutes=1))
    before = desk.session[SEEN]
    assert desk.get(CHANGES, headers=JSON).status_code in (200, 204)
    assert desk.session[SEEN] == before
    assert is_signed_in(desk)
    assert desk.session[SEEN] > before
    set_back(desk, SEEN, LONGEST_IDLE + timedelta(minutes=1))
    assert desk.get(CHANGES, headers=JSON).status_code == 401
    assert not is_signed_in(desk)


def test_the_queue_does_not_lengthen_the_session(desk: Client) -> None:
    begun = desk.session[BEGUN]
    desk.get("/leads/today/next/")
    assert desk.session[BEGUN] == begun


def test_a_session_without_its_beginning_is_over(desk: Client) -> None:
    session = desk.session
    del session[BEGUN]
    session.save()
    assert not is_signed_in(desk)


def test_the_table_holds_no_key_that_signs_in(desk: Client) -> None:
    cookie = desk.cookies["sessionid"].value
    [row] = PersonSession.objects.all()
    assert row.session_key == stored_key(cookie) != cookie
    thief = Client()
    thief.cookies["sessionid"] = row.session_key
    assert not is_signed_in(thief)
    desk.post("/admin/logout/")
    assert not PersonSession.objects.filter(session_key=row.session_key).exists()


def test_pages_files_and_answers_are_kept_by_nobody(
    client: Client, manager: User
) -> None:
    client.force_login(manager)
    lead = factories.LeadFactory(admitted=True)
    for address in (
        "/leads/",
        f"/leads/{lead.pk}/",
        "/leads/export/?format=csv",
        "/leads/export/?format=xlsx",
        "/kpis/",
        "/admin/leads/tag/",
        "/nothing/",
    ):
        answer = client.get(address)
        assert answer["Cache-Control"] == "no-store, private", address
        assert "camera=()" in answer["Permissions-Policy"]


def test_sessions_that_are_over_and_old_sign_ins_are_forgotten(desk: Client) -> None:
    old = timezone.now() - timedelta(days=91)
    PersonSession.objects.create(session_key="old", session_data="", expire_date=old)
    # Of the version before there was a table of ours; the others are still needed.
    Session.objects.create(session_key="old", session_data="", expire_date=old)
    Session.objects.create(
        session_key="open", session_data="", expire_date=timezone.now() + LONGEST_IDLE
    )
    AccessLog.objects.create(username="frontdesk")
    AccessLog.objects.create(username="old")
    AccessAttempt.objects.create(username="old", failures_since_start=1)
    AccessLog.objects.filter(username="old").update(attempt_time=old)
    AccessAttempt.objects.update(attempt_time=old)
    forget_sign_ins()
    assert PersonSession.objects.count() == 1
    assert Session.objects.get().session_key == "open"
    assert [log.username for log in AccessLog.objects.all()] == ["frontdesk"]
    assert not AccessAttempt.objects.exists()
