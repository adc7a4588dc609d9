"""Who must have a second step and has none gets nowhere else, at any address."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import NoReverseMatch

from medspa.accounts.second_factor.middleware import PROVING, SETTING_UP
from medspa.accounts.sessions import SECOND_STEP
from medspa.clinic.current import current_clinic
from medspa.models import TotpDevice, User
from medspa.roles import ADMINISTRATOR, FRONT_DESK, MANAGER, PROVIDER
from tests.clinics import ChangeClinic
from tests.medspa.people.posting import GOOD
from tests.medspa.places import PLACES, Place, our_places
from tests.medspa.worlds import make_world
from tests.second_steps import App, Key, add_app, add_key

SET_UP, TWO_STEP = "/account/two-step/set-up/", "/account/two-step/"
ADD_APP = "/account/two-step/app/"
# The description of the API is public and holds nothing of the clinic. A delivery has
# to be signed by its sender; nobody's session is read there.
OPEN_TO_PROGRAMS = {"api_openapi", "take_delivery"}
EVERY_PLACE = {place.name: place for place in [*our_places(), *PLACES]}


@pytest.fixture(autouse=True)
def required(db: None, clinic_is: ChangeClinic) -> None:
    clinic_is(requires_second_step=True)


def app_being_set_up(person: User) -> App:
    return App(TotpDevice.objects.get(person=person, confirmed_at=None).secret)


def answers(client: Client, place: Place, rows: dict[str, Any]) -> Iterator[Any]:
    address = place.address(rows)
    yield client.get(address)
    yield client.post(address, {"code": "1"})
    yield client.get(address, headers={"HX-Request": "true"})
    yield client.post(address, headers={"HX-Request": "true"})


def open_places(client: Client, person: User, leads_to: str) -> set[str]:
    """The names of addresses that answered with anything else than the way there."""
    rows = {"name": "stage", "month": "2026-03", **make_world("other", person)}
    rows |= {"logo_id": "c0", "fact": "source"}
    found = set()
    for place in EVERY_PLACE.values():
        try:
            page, form, part, script = answers(client, place, rows)
        except NoReverseMatch:
            raise AssertionError(f"{place} needs a row of the world") from None
        if not (
            (page.status_code, page.get("Location")) == (302, leads_to)
            and (form.status_code, form.get("Location")) == (302, leads_to)
            and part.status_code == script.status_code == 401
            and part.json().get("sign_in") == leads_to
        ):
            found.add(place.name)
    return found - OPEN_TO_PROGRAMS


@pytest.mark.slow
def test_who_has_none_is_led_to_set_one_up_from_every_address(
    client: Client, administrator: User
) -> None:
    client.force_login(administrator)
    assert len(EVERY_PLACE) > 250
    assert open_places(client, administrator, SET_UP) == {
        name for name in SETTING_UP if not name.startswith("admin:")
    }
    for address in ("/admin/", "/admin/nothing/", "/admin/password_change/"):
        assert client.get(address)["Location"] == SET_UP


@pytest.mark.slow
def test_who_has_one_and_has_not_proved_it_gets_nothing_but_the_question(
    client: Client, administrator: User
) -> None:
    add_app(administrator)
    client.force_login(administrator)
    assert open_places(client, administrator, TWO_STEP) == {
        name for name in PROVING if not name.startswith("admin:")
    }
    answer = client.post("/account/passkey/options/", {"purpose": "add"})
    assert answer.status_code == 401, "nor can a passkey of one's own be added"


@pytest.mark.parametrize(
    ("role", "is_led"),
    [(MANAGER, True), (ADMINISTRATOR, True), (FRONT_DESK, False), (PROVIDER, False)],
)
def test_managers_and_administrators_need_it(
    client: Client, person: Callable[[str], User], role: str, is_led: bool
) -> None:
    client.force_login(person(role))
    assert (client.get("/account/").status_code == 302) is is_led


def test_who_owns_the_installation_needs_it(client: Client, superuser: User) -> None:
    client.force_login(superuser)
    assert client.get("/account/")["Location"] == SET_UP


def test_the_clinic_decides(
    client: Client, manager: User, clinic_is: ChangeClinic
) -> None:
    clinic_is(requires_second_step=False)
    client.force_login(manager)
    assert client.get("/account/").status_code == 200
    clinic_is(requires_second_step=True)
    answer = client.get("/leads/")
    assert answer["Location"] == SET_UP, "also who was signed in before"


def test_setting_up_an_app_opens_the_page_that_was_asked_for(
    client: Client, manager: User
) -> None:
    client.force_login(manager)
    client.get("/leads/?stage=x")
    page = client.get(ADD_APP).text
    app = app_being_set_up(manager)
    assert "<svg" in page
    assert app.secret[:4] in page
    assert page.count('type="hidden"') == 1, "no secret travels in the form"
    codes = client.post(ADD_APP, {"code": app.code()})
    assert "Recovery codes" in codes.text
    assert 'href="/leads/?stage=x"' in codes.text
    assert client.session[SECOND_STEP] == "authenticator app"
    assert client.get("/leads/").status_code == 200
    assert not any(code in client.get("/account/").text for code in _codes(codes.text))


def _codes(page: str) -> list[str]:
    parts = page.split("<code>")[1:]
    codes = [part.partition("</code>")[0] for part in parts]
    assert len(codes) == 10
    return codes


def test_two_tabs_show_one_secret_and_the_second_is_told(
    client: Client, manager: User
) -> None:
    client.force_login(manager)
    pages = [client.get(ADD_APP).text for _ in range(2)]
    app = app_being_set_up(manager)
    assert all(app.secret[:4] in page for page in pages)
    client.post(ADD_APP, {"code": app.code()})
    again = client.post(ADD_APP, {"code": app.code(later=30)}, follow=True)
    assert "This app was set up already" in again.text
    assert TotpDevice.objects.filter(person=manager).count() == 1


def test_a_wrong_code_turns_nothing_on_and_a_wrong_clock_is_told(
    client: Client, manager: User
) -> None:
    client.force_login(manager)
    client.get(ADD_APP)
    app = app_being_set_up(manager)
    wrong = "000000" if app.code() != "000000" else "111111"
    assert client.post(ADD_APP, {"code": wrong}).status_code == 422
    slow = client.post(ADD_APP, {"code": app.code(later=-600)})
    assert "about 10 minutes behind" in slow.text
    assert not TotpDevice.objects.filter(confirmed_at__isnull=False).exists()
    assert client.get("/leads/")["Location"] == SET_UP


def test_a_passkey_is_enough(client: Client, manager: User) -> None:
    client.force_login(manager)
    assert add_key(client, Key()).status_code == 200
    assert client.get("/leads/").status_code == 200


def test_the_last_second_step_of_who_needs_one_stays(
    client: Client, manager: User
) -> None:
    client.force_login(manager)
    client.get(ADD_APP)
    client.post(ADD_APP, {"code": app_being_set_up(manager).code()})
    page = client.post("/account/two-step/app/remove/", follow=True)
    assert "You need two-step sign-in." in page.text
    assert TotpDevice.objects.filter(person=manager).exists()


def test_the_switch_is_on_the_settings_page(
    client: Client, administrator: User, clinic_is: ChangeClinic
) -> None:
    clinic_is(requires_second_step=False)
    client.force_login(administrator)
    page = client.get("/clinic/").text
    assert "Managers and administrators need two-step sign-in" in page
    assert current_clinic().requires_second_step is False


def test_a_new_person_is_led_there_right_after_the_password(
    client: Client, manager: User
) -> None:
    manager.set_password(GOOD)
    manager.save()
    sent = {"username": manager.username, "password": GOOD}
    answer = client.post("/admin/login/?next=/kpis/", sent, follow=True)
    assert answer.redirect_chain[-1][0] == SET_UP
    assert "Your clinic asks managers" in answer.text
