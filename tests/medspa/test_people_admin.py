"""What an administrator may do with people, and what stands in their history."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from leads.models import PipelineStage
from medspa.models import User
from medspa.roles import ADMINISTRATOR, MANAGER
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
PASSWORD = "nine-Invented-words"


@pytest.fixture
def office(administrator: User, client: Client) -> Client:
    client.force_login(administrator)
    return client


def page(person: User, name: str) -> str:
    if name == "password":
        return f"/admin/medspa/user/{person.pk}/password/"
    return reverse(f"admin:medspa_user_{name}", args=[person.pk])


def form(person: User, *roles: str, **changes: Any) -> dict[str, Any]:
    groups = Group.objects.filter(name__in=roles).values_list("pk", flat=True)
    return {
        "username": person.username,
        "first_name": person.first_name,
        "is_staff": "on",
        "groups": list(groups),
        **changes,
    }


def told(person: User, client: Client) -> str:
    text = client.get(page(person, "history")).text
    for tag in ("del", "ins", "strong"):
        text = text.replace(f"<{tag}>", "").replace(f"</{tag}>", "")
    return " ".join(text.split())


# Superusers -------------------------------------------------------------------------


def test_an_administrator_changes_no_superuser(
    superuser: User, office: Client, administrator: User
) -> None:
    new = {"password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"}
    assert office.get(page(superuser, "password")).status_code == 403
    assert office.post(page(superuser, "password"), new).status_code == 403
    changed = form(superuser, ADMINISTRATOR, email="mine@example.com")
    assert office.post(page(superuser, "change"), changed).status_code == 403
    shown = office.get(page(superuser, "change"))
    assert shown.status_code == 200
    assert 'name="username"' not in shown.text
    put_back = {"field": "email", "record": superuser.history.latest().history_id}
    assert office.post(page(superuser, "put_back"), put_back).status_code == 403
    superuser.refresh_from_db()
    assert not superuser.email


def test_a_superuser_changes_another(superuser: User, client: Client) -> None:
    client.force_login(superuser)
    other = User.objects.create_superuser("owner")
    assert client.get(page(other, "password")).status_code == 200
    assert client.post(page(other, "change"), form(other)).status_code == 302


# The last administrator -------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [{"groups": []}, {"is_staff": ""}],
    ids=["role", "sign in"],
)
def test_the_last_administrator_stays_one(
    change: dict[str, Any], office: Client, administrator: User
) -> None:
    UserFactory(role=ADMINISTRATOR, is_staff=False)
    said = form(administrator, ADMINISTRATOR) | change
    answer = office.post(page(administrator, "change"), said)
    assert answer.status_code == 200
    assert "last administrator who can sign in" in answer.text
    assert list(User.objects.administrators()) == [administrator]
    other = UserFactory(role=ADMINISTRATOR)
    assert office.post(page(administrator, "change"), said).status_code == 302
    assert list(User.objects.administrators()) == [other]


def test_no_past_value_shuts_out_the_last_administrator(
    office: Client, administrator: User
) -> None:
    administrator.is_staff = False
    administrator.save()
    administrator.is_staff = True
    administrator.save()
    data = {"field": "is_staff", "record": administrator.history.latest().history_id}
    office.post(page(administrator, "put_back"), data)
    administrator.refresh_from_db()
    assert administrator.is_staff


def test_people_are_deleted_by_no_page(office: Client, administrator: User) -> None:
    assert (
        office.post(page(administrator, "delete"), {"post": "yes"}).status_code == 403
    )


def test_one_switch_lets_somebody_sign_in_and_shuts_them_out(office: Client) -> None:
    person = UserFactory(role=MANAGER)
    for switch, may in (("", False), ("on", True)):
        office.post(page(person, "change"), form(person, MANAGER, is_staff=switch))
        person.refresh_from_db()
        assert (person.is_active, person.is_staff, person.may_sign_in) == (may,) * 3


def test_whoever_is_shut_out_either_way_has_the_switch_off(office: Client) -> None:
    person = UserFactory(role=MANAGER, is_active=False)
    shown = office.get(page(person, "change"))
    assert shown.context["adminform"].form["is_staff"].value() is False
    assert "is_active" not in shown.context["adminform"].form.fields
    listed = office.get(reverse("admin:medspa_user_changelist"), {"may_sign_in": "no"})
    assert list(listed.context["cl"].queryset) == [person]
    listed = office.get(reverse("admin:medspa_user_changelist"), {"may_sign_in": "yes"})
    assert person not in listed.context["cl"].queryset


# History ----------------------------------------------------------------------------


def test_a_new_password_stands_in_the_history_without_it(office: Client) -> None:
    person = UserFactory(role=MANAGER)
    new = {"password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"}
    assert office.post(page(person, "password"), new).status_code == 302
    text = told(person, office)
    assert "administrator changed the password" in text
    assert "without changes" not in text
    assert PASSWORD not in text


def test_who_gave_which_role_stands_in_the_history(office: Client) -> None:
    person = UserFactory(role=MANAGER)
    rows = person.history.count()
    office.post(page(person, "change"), form(person, "Front desk", MANAGER))
    office.post(page(person, "change"), form(person, ADMINISTRATOR, first_name="Zoë"))
    office.post(page(person, "change"), form(person, first_name="Zoë"))
    assert person.history.count() == rows + 3
    text = told(person, office)
    assert text.count("administrator changed") == 3
    assert "roles from Manager to Front desk, Manager" in text
    assert f"first name from {person.first_name} to Zoë" in text
    assert "roles from Front desk, Manager to Administrator" in text
    assert "roles from Administrator to empty" in text
    assert "without changes" not in text


def test_a_row_without_history_says_so(manager: User, client: Client) -> None:
    stage = PipelineStage(name="From a fixture", order=900)
    PipelineStage.objects.bulk_create([stage])
    client.force_login(manager)
    answer = client.get(f"/admin/leads/pipelinestage/{stage.pk}/history/")
    assert "No changes yet." in answer.text


# Signing in -------------------------------------------------------------------------


@pytest.mark.parametrize("flag", ["is_staff", "is_active"])
def test_whoever_may_not_sign_in_has_no_page_at_the_next_request(
    flag: str, manager: User, client: Client
) -> None:
    client.force_login(manager)
    assert client.get("/runs/").status_code == 200
    User.objects.filter(pk=manager.pk).update(**{flag: False})
    for address in ("/runs/", "/leads/", "/admin/leads/tag/"):
        assert "/admin/login/" in client.get(address)["Location"]


@pytest.mark.parametrize("flag", ["is_staff", "is_active"])
def test_whoever_may_not_sign_in_is_not_let_in(flag: str, client: Client) -> None:
    person = User.objects.create_user("maria", password=PASSWORD, **{flag: False})
    said = {"username": person.username, "password": PASSWORD}
    client.post(reverse("admin:login"), said)
    assert "_auth_user_id" not in client.session
