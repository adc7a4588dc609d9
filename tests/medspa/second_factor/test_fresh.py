"""Ten minutes after signing in, risky acts ask once more who it is."""

from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.test import Client

from leads.models import ExportLog
from medspa import clock
from medspa.accounts.sessions import PROVED
from medspa.models import Clinic, Passkey, User
from tests import factories
from tests.medspa.people.posting import GOOD, INVITED
from tests.second_steps import Key, add_app, add_key, asked

CONFIRM = "Confirm it&#x27;s you"


@pytest.fixture
def office(client: Client, administrator: User) -> Client:
    """An administrator who signed in eleven minutes ago."""
    administrator.set_password(GOOD)
    administrator.save()
    client.force_login(administrator)
    make_stale(client)
    return client


def make_stale(client: Client) -> None:
    session = client.session
    session[PROVED] = (clock.now() - timedelta(minutes=11)).isoformat()
    session.save()


def test_who_signed_in_just_now_is_not_asked(
    client: Client, administrator: User
) -> None:
    client.force_login(administrator)
    assert "Add person" in client.get("/people/add/").text


def test_a_page_asks_and_goes_on(office: Client) -> None:
    asks = office.get("/people/add/?q=1")
    assert asks["Location"] == "/account/confirm/?next=%2Fpeople%2Fadd%2F%3Fq%3D1"
    assert CONFIRM in office.get(asks["Location"]).text
    answer = office.post(asks["Location"], {"confirm_password": GOOD})
    assert answer["Location"] == "/people/add/?q=1"
    assert office.get("/people/add/").status_code == 200, "for ten minutes again"


def test_what_was_typed_is_kept_and_sent_again_with_the_answer(office: Client) -> None:
    asks = office.post("/people/add/", INVITED)
    assert asks.status_code == 403
    assert not User.objects.filter(email="zoe@example.com").exists()
    for name, value in INVITED.items():
        assert f'type="hidden" name="{name}" value="{value}"' in asks.text
    wrong = office.post("/people/add/", INVITED | {"confirm_password": "wrong"})
    assert wrong.status_code == 422
    assert 'name="email" value="zoe@example.com"' in wrong.text
    assert "wrong" not in wrong.text, "the password isn't printed"
    office.post("/people/add/", INVITED | {"confirm_password": GOOD})
    assert User.objects.filter(email="zoe@example.com").exists()


def test_fields_with_several_values_come_back_as_they_were(office: Client) -> None:
    sent = {"holiday_on": ["2030-01-01", "2030-12-25"], "name": "Glow"}
    page = office.post("/clinic/", sent).text
    assert page.count('name="holiday_on" value="2030') == 2
    assert Clinic.objects.get().name != "Glow"


def test_a_script_is_told_where_to_confirm(office: Client) -> None:
    headers = {"HX-Request": "true", "Referer": "http://localhost/people/add/?a=1"}
    answer = office.post("/people/add/", INVITED, headers=headers)
    assert answer.status_code == 401
    assert answer.json()["sign_in"] == (
        "/account/confirm/?next=%2Fpeople%2Fadd%2F%3Fa%3D1"
    )


def test_a_file_is_not_sent_before_and_the_page_behind_it_stays(office: Client) -> None:
    factories.LeadFactory(admitted=True)
    behind = {"Referer": "http://localhost/leads/?q=Ana"}
    asks = office.get("/leads/export/?as=csv", headers=behind)
    assert asks.status_code == 302
    assert not ExportLog.objects.exists()
    page = office.post(asks["Location"], {"confirm_password": GOOD}).text
    assert 'content="0;url=/leads/export/?as=csv"' in page
    assert 'href="/leads/?q=Ana"' in page
    assert office.get("/leads/export/?as=csv")["Content-Disposition"]


@pytest.mark.parametrize("next_page", ["https://evil.example/", "//evil.example", "x"])
def test_it_never_leads_to_another_site(office: Client, next_page: str) -> None:
    address = f"/account/confirm/?next={next_page}"
    answer = office.post(address, {"confirm_password": GOOD})
    assert answer["Location"] == "/"


def test_reading_a_person_is_not_asked_and_changing_is(
    office: Client, front_desk: User
) -> None:
    page = f"/people/{front_desk.pk}/"
    assert office.get(page).status_code == 200
    assert office.post(page, {"first_name": "Zoe"}).status_code == 403
    assert office.get(f"{page}deactivate/").status_code == 302
    for act in ("reactivate", "invite", "reset-password", "reset-two-step", "sign-out"):
        assert office.post(f"{page}{act}/").status_code == 403


def test_who_may_not_is_refused_without_being_asked(
    client: Client, front_desk: User
) -> None:
    client.force_login(front_desk)
    make_stale(client)
    page = client.get("/people/add/")
    assert page.status_code == 403
    assert CONFIRM not in page.text
    assert CONFIRM not in client.get("/leads/export/").text


def test_second_steps_are_changed_by_who_confirmed(office: Client) -> None:
    for page in ("app/", "passkey/", "codes/"):
        assert (
            "/account/confirm/" in office.get(f"/account/two-step/{page}")["Location"]
        )
    refused = office.post("/account/passkey/options/", {"purpose": "add"})
    assert refused.status_code == 409


def test_a_code_confirms_once(office: Client, administrator: User) -> None:
    app = add_app(administrator)
    sign_in_with(office, app.code())
    make_stale(office)
    code = app.code(later=30)
    address = "/account/confirm/?next=/help/"
    assert office.post(address, {"confirm_code": code})["Location"] == "/help/"
    make_stale(office)
    assert office.post(address, {"confirm_code": code}).status_code == 422


def sign_in_with(client: Client, code: str) -> Any:
    return client.post("/account/two-step/", {"code": code})


def test_a_passkey_confirms(client: Client, administrator: User) -> None:
    client.force_login(administrator)
    key = Key()
    add_key(client, key)
    make_stale(client)
    assert "Use passkey" in client.get("/account/confirm/").text
    answer = key.get(asked(client, "prove"))
    sent = {"confirm_passkey": answer}
    assert client.post("/account/confirm/?next=/help/", sent)["Location"] == "/help/"
    make_stale(client)
    key.verifies = False
    sent = {"confirm_passkey": key.get(asked(client, "prove"))}
    assert client.post("/account/confirm/", sent).status_code == 422, "a touch is less"
    assert Passkey.objects.get().last_used_at


def test_wrong_passwords_count_here_as_well(office: Client) -> None:
    for _ in range(5):
        office.post("/account/confirm/", {"confirm_password": "wrong"})
    answer = office.post("/account/confirm/", {"confirm_password": GOOD})
    assert answer.status_code == 429
    assert AccessAttempt.objects.get().failures_since_start == 5


def test_an_empty_answer_confirms_nothing(office: Client) -> None:
    for sent in ({}, {"confirm_password": ""}, {"confirm_code": "123456"}):
        assert office.post("/account/confirm/", sent).status_code == 422
    assert office.get("/people/add/").status_code == 302
