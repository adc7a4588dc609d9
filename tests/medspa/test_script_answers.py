"""What htmx and scripts are told when a session has ended or a page is not open."""

import pytest
from django.test import Client

from medspa.models import User
from tests import factories

SCRIPTS = [{"HX-Request": "true"}, {"Accept": "application/json"}]


@pytest.mark.django_db
@pytest.mark.parametrize("headers", SCRIPTS)
@pytest.mark.parametrize(
    "address",
    ["/leads/", "/leads/board/changes/", "/kpis/", "/runs/c0/", "/leads/import/"],
)
def test_after_the_session_has_ended_a_script_gets_a_sentence_and_no_form(
    client: Client, headers: dict[str, str], address: str
) -> None:
    answer = client.get(
        address, headers=headers | {"Referer": "http://testserver/leads/?q=mi"}
    )
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/json"
    assert answer.json()["message"].startswith("You're signed out. ")
    assert answer.json()["sign_in"] == "/admin/login/?next=%2Fleads%2F%3Fq%3Dmi"


@pytest.mark.django_db
def test_a_browser_is_still_led_to_the_form(client: Client) -> None:
    assert client.get("/leads/").status_code == 302


def test_who_signed_in_again_elsewhere_is_not_refused_a_right(
    front_desk: User,
) -> None:
    """The page's own token is out of date then; the scripts send the cookie's."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(front_desk)
    lead = factories.LeadFactory(admitted=True)
    headers = {"Accept": "application/json"}
    told = client.post(f"/leads/board/call/{lead.pk}/", headers=headers)
    assert told.status_code == 403
    assert "This page expired" in told.json()["message"]
    assert "may not" not in told.json()["message"]


def test_what_is_not_open_is_said_to_a_script_too(
    client: Client, front_desk: User
) -> None:
    client.force_login(front_desk)
    told = client.get("/kpis/", headers={"HX-Request": "true"})
    assert (told.status_code, told.json()["sign_in"]) == (403, "")
    assert "ask an administrator" in told.json()["message"]
