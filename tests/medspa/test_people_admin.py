"""What the admin shows of people, and who is not let in."""

import pytest
from django.test import Client
from django.urls import reverse

from leads.models import PipelineStage
from medspa.models import User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
PASSWORD = "nine-Invented-words"


def test_people_are_written_by_no_page_of_the_admin(
    administrator: User, client: Client
) -> None:
    client.force_login(administrator)
    person = UserFactory()
    for page in ("change", "delete", "put_back"):
        address = reverse(f"admin:medspa_user_{page}", args=[person.pk])
        assert client.post(address, {"post": "yes"}).status_code == 403
    assert client.get(reverse("admin:medspa_user_add")).status_code == 403
    assert client.get(f"/admin/medspa/user/{person.pk}/password/").status_code == 302


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
