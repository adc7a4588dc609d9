"""Removing, resetting and renewing a second step is told and written down."""

from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from medspa.accounts.second_factor import recovery
from medspa.accounts.second_factor.changes import second_steps_of
from medspa.accounts.sessions import SECOND_STEP
from medspa.models import AuditEvent, Passkey, RecoveryCode, TotpDevice, User
from medspa.roles import ADMINISTRATOR
from tests.factories import PasskeyFactory, UserFactory
from tests.medspa.people.posting import act, send_queued
from tests.second_steps import App, Key, add_app, add_key, asked

TWO_STEP = "/account/two-step/"


@pytest.fixture
def app(maria: User) -> App:
    return add_app(maria)


@pytest.fixture
def signed_in(client: Client, maria: User, app: App) -> Client:
    """Maria, who proved both."""
    client.force_login(maria)
    client.post(TWO_STEP, {"code": app.code()})
    return client


def test_the_account_says_what_there_is(signed_in: Client, maria: User) -> None:
    add_key(signed_in, Key())
    page = signed_in.get("/account/").text
    assert "Authenticator app" in page
    assert "My laptop" in page
    assert "10 unused recovery codes" in page
    assert second_steps_of(maria).words == "Authenticator app, 1 passkey"


def test_what_was_removed_is_gone_and_other_devices_are_signed_out(
    signed_in: Client, maria: User, browser: Callable[[], Client]
) -> None:
    other = browser()
    other.force_login(maria)
    add_key(signed_in, Key())
    passkey = Passkey.objects.get()
    page = signed_in.post(f"{TWO_STEP}passkey/{passkey.pk}/remove/", follow=True)
    assert "Removed." in page.text
    assert not Passkey.objects.exists()
    assert other.get("/account/").status_code == 302
    assert signed_in.get("/account/").status_code == 200
    subjects = [one.subject for one in send_queued()]
    assert sum("Two-step sign-in changed" in subject for subject in subjects) == 2
    kinds = AuditEvent.objects.values_list("kind", flat=True)
    assert {"second_step_added", "second_step_removed"} <= {*kinds}
    assert maria.history.first().history_change_reason == "second step removed"


def test_with_the_last_one_the_recovery_codes_go_and_the_session_goes_on(
    signed_in: Client, maria: User
) -> None:
    signed_in.post(f"{TWO_STEP}app/remove/")
    assert not RecoveryCode.objects.filter(person=maria).exists()
    assert not signed_in.session[SECOND_STEP]
    assert "Set up two-step sign-in" in signed_in.get("/account/").text
    again = signed_in.post(f"{TWO_STEP}app/remove/", follow=True)
    assert "That was already removed." in again.text


def test_nobody_removes_what_is_somebody_elses(signed_in: Client) -> None:
    theirs = PasskeyFactory()
    signed_in.post(f"{TWO_STEP}passkey/{theirs.pk}/remove/")
    assert Passkey.objects.filter(pk=theirs.pk).exists()


def test_a_passkey_gets_another_name(signed_in: Client) -> None:
    add_key(signed_in, Key())
    address = f"{TWO_STEP}passkey/{Passkey.objects.get().pk}/rename/"
    assert "Saved." in signed_in.post(address, {"name": " Phone "}, follow=True).text
    assert Passkey.objects.get().name == "Phone"
    empty = signed_in.post(address, {"name": " "}, follow=True)
    assert "Enter a name for the passkey." in empty.text
    assert Passkey.objects.get().name == "Phone"
    assert AuditEvent.objects.filter(kind="second_step_renamed").count() == 1


def test_nobody_renames_what_is_somebody_elses(signed_in: Client) -> None:
    theirs = PasskeyFactory(name="Theirs")
    address = f"{TWO_STEP}passkey/{theirs.pk}/rename/"
    answer = signed_in.post(address, {"name": "Mine"}, follow=True)
    assert "This passkey was removed." in answer.text
    theirs.refresh_from_db()
    assert theirs.name == "Theirs"


def test_an_app_takes_the_place_of_the_one_before(
    signed_in: Client, maria: User, app: App
) -> None:
    signed_in.get(f"{TWO_STEP}app/")
    new = App(TotpDevice.objects.get(confirmed_at=None).secret)
    assert new.secret != app.secret
    codes = {*RecoveryCode.objects.values_list("code_hash", flat=True)}
    signed_in.post(f"{TWO_STEP}app/", {"code": new.code()})
    assert TotpDevice.objects.get().secret == new.secret
    assert {*RecoveryCode.objects.values_list("code_hash", flat=True)} == codes


def test_new_recovery_codes_replace_the_old_ones(
    signed_in: Client, maria: User
) -> None:
    old = recovery.make_codes(maria)[0]
    page = signed_in.post(f"{TWO_STEP}codes/")
    assert page.text.count("<code>") == 10
    assert page["Cache-Control"] == "no-store, private"
    assert not recovery.use_code(maria, old)
    assert recovery.codes_left(maria) == 10
    [notice] = send_queued()
    assert "New recovery codes" in notice.subject


def test_codes_of_one_person_are_no_codes_of_another(maria: User) -> None:
    code = recovery.make_codes(maria)[0]
    assert not recovery.use_code(UserFactory(), code)
    assert recovery.use_code(maria, code)


def test_a_passkey_is_added_once(signed_in: Client) -> None:
    key = Key()
    assert add_key(signed_in, key).status_code == 302
    page = add_key(signed_in, key)
    assert page.status_code == 422
    assert "was already added" in page.text
    assert asked(signed_in, "add")["excludeCredentials"]


def test_ten_passkeys_are_enough(signed_in: Client, maria: User) -> None:
    PasskeyFactory.create_batch(10, person=maria)
    assert "You have 10 passkeys." in add_key(signed_in, Key()).text


@pytest.mark.parametrize("sent", ["", "{}", "x", "[1]"])
def test_what_is_no_passkey_is_refused(signed_in: Client, sent: str) -> None:
    page = signed_in.post(f"{TWO_STEP}passkey/", {"name": "x", "passkey": sent})
    assert page.status_code == 422
    assert not Passkey.objects.exists()


def test_a_name_is_cleaned_and_cut(signed_in: Client) -> None:
    answer = Key().create(asked(signed_in, "add"))
    sent = {"name": " \u200b" + "n" * 200, "passkey": answer}
    signed_in.post(f"{TWO_STEP}passkey/", sent)
    assert Passkey.objects.get().name == "n" * 60


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
def test_at_an_address_in_numbers_there_are_no_passkeys(
    host: str, maria: User, settings: object
) -> None:
    settings.ALLOWED_HOSTS = ["127.0.0.1", "[::1]"]  # type: ignore[attr-defined]
    there = Client(SERVER_NAME=host)
    assert "data-passkey" not in there.get("/admin/login/").text
    answer = there.post("/account/passkey/options/", {"purpose": "sign_in"})
    assert answer.status_code == 409
    there.force_login(maria)
    assert "http://localhost" in there.get(f"{TWO_STEP}passkey/").text


# Resetting --------------------------------------------------------------------------


def test_an_administrator_resets_it_and_the_person_is_told(
    signed_in: Client, maria: User, administrator: User, browser: Callable[[], Client]
) -> None:
    office = browser()
    office.force_login(administrator)
    assert "Reset two-step sign-in" in office.get(f"/people/{maria.pk}/").text
    page = act(office, "reset_two_step", maria)
    assert "can sign in with the password alone" in page
    assert second_steps_of(maria).words == "Off"
    assert signed_in.get("/account/").status_code == 302
    [notice] = send_queued()
    assert notice.to == ["maria@example.com"]
    assert "An administrator reset your two-step sign-in" in notice.body
    event = AuditEvent.objects.get(kind="second_steps_reset")
    assert (event.person_id, event.subject_id) == (administrator.pk, maria.pk)
    assert "There is nothing to reset" in act(office, "reset_two_step", maria)


def test_nobody_resets_their_own(client: Client, administrator: User) -> None:
    app = add_app(administrator)
    client.force_login(administrator)
    client.post(TWO_STEP, {"code": app.code()})
    assert "Change your own" in act(client, "reset_two_step", administrator)
    assert second_steps_of(administrator).is_on


def test_a_locked_out_owner_is_let_in_from_the_terminal(maria: User, app: App) -> None:
    owner = UserFactory(username="owner", role=ADMINISTRATOR)
    add_app(owner)
    call_command("reset_two_step", "owner")
    assert not second_steps_of(owner).is_on
    assert second_steps_of(maria).is_on
    event = AuditEvent.objects.get(kind="second_steps_reset")
    assert event.name == "reset_two_step"
    for name, sentence in (("owner", "nothing to reset"), ("nobody", "No one has")):
        with pytest.raises(CommandError, match=sentence):
            call_command("reset_two_step", name)
