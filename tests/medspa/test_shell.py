"""The layout around every page: who is signed in, the sidebar, the current page."""

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from medspa.models import User
from medspa.roles import FRONT_DESK, MANAGER, ROLES, permissions_of

pytestmark = pytest.mark.django_db
TAGS = "/admin/leads/tag/"


def sidebar(client: Client, address: str) -> str:
    """The list of pages as it is sent, without who is signed in."""
    html = client.get(address).content.decode()
    return html.partition('id="nav-sidebar-apps"')[2].partition('class="account"')[0]


def entries(html: str) -> list[str]:
    return re.findall(r"<span>([^<]+)</span>", html)


def test_who_somebody_is_and_may_costs_two_queries(
    manager: User, client: Client
) -> None:
    client.force_login(manager)
    with CaptureQueriesContext(connection) as queries:
        client.get("/")
    # The session; the person with what they may do.
    assert len(queries) == 2


@pytest.mark.parametrize("role", ROLES)
def test_people_have_exactly_their_roles_rights(
    role: str, person: Callable[[str], User], client: Client
) -> None:
    client.force_login(person(role))
    asked = client.get("/no-such-page/").wsgi_request.user
    assert asked.get_all_permissions() == permissions_of(role)


def test_a_right_of_ones_own_counts_beside_the_roles(
    front_desk: User, client: Client
) -> None:
    client.force_login(front_desk)
    assert client.get(TAGS).status_code == 403
    front_desk.user_permissions.add(Permission.objects.get(codename="view_tag"))
    assert client.get(TAGS).status_code == 200
    assert "Tags" in entries(sidebar(client, "/leads/today/"))


def test_a_right_taken_away_is_gone_at_the_next_request(
    manager: User, client: Client
) -> None:
    client.force_login(manager)
    assert "Tags" in entries(sidebar(client, TAGS))
    Group.objects.get(name=MANAGER).permissions.remove(
        *Permission.objects.filter(codename__endswith="_tag")
    )
    assert client.get(TAGS).status_code == 403
    assert "Tags" not in entries(sidebar(client, "/leads/today/"))
    manager.groups.set([Group.objects.get(name=FRONT_DESK)])
    client.force_login(manager)  # another role ends the session
    assert "KPIs" not in entries(sidebar(client, "/leads/today/"))
    assert client.get(reverse("kpis")).status_code == 403


def test_who_was_shut_out_is_signed_out_at_the_next_request(
    manager: User, client: Client
) -> None:
    client.force_login(manager)
    User.objects.filter(pk=manager.pk).update(is_active=False)
    assert client.get(TAGS).status_code == 302


def test_a_session_that_was_ended_opens_nothing(manager: User, client: Client) -> None:
    client.force_login(manager)
    thief = Client()
    thief.cookies.update(client.cookies)
    assert thief.get(TAGS).status_code == 200
    client.post(reverse("admin:logout"))
    assert thief.get(TAGS).status_code == 302


def test_an_owner_of_the_installation_may_do_everything(client: Client) -> None:
    client.force_login(User.objects.create_superuser("owner"))
    assert "People" in entries(sidebar(client, TAGS))
    assert client.get("/people/").status_code == 200


def test_the_kept_sidebar_marks_each_page_and_mixes_no_people(
    person: Callable[[str], User], client: Client
) -> None:
    for _ in range(2):
        seen = {}
        for role in (MANAGER, FRONT_DESK):
            client.force_login(person(role))
            for address in ("/leads/today/", "/leads/"):
                html = sidebar(client, address)
                marked = re.findall(r' active">.*?<span>([^<]+)</span>', html, re.S)
                assert marked == ["Today" if "today" in address else "Leads"]
                seen[role] = entries(html)
        assert seen[FRONT_DESK] == [
            "Today",
            "Pipeline",
            "Calendar",
            "Leads",
            "Campaigns",
        ]
        assert {"KPIs", "Stages"} < set(seen[MANAGER])


def test_the_shell_names_who_is_signed_in(
    manager: User, front_desk: User, client: Client
) -> None:
    for someone in (manager, front_desk):
        client.force_login(someone)
        page = client.get("/leads/today/").content.decode()
        assert f">{someone.username}</div>" in page
        assert 'name="csrfmiddlewaretoken"' in page
