"""Signing in with a second step: a code, a recovery code, a passkey, or that alone."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.test import Client

from medspa import clock
from medspa.accounts.second_factor import recovery
from medspa.accounts.second_factor.challenges import SESSION_KEY
from medspa.accounts.second_factor.half_signed_in import AT, HALF
from medspa.accounts.sessions import SECOND_STEP
from medspa.models import AuditEvent, Passkey, TotpDevice, User
from tests.medspa.people.posting import GOOD, send_queued
from tests.second_steps import App, Key, add_app, add_key, asked

TWO_STEP, SIGN_IN = "/account/two-step/", "/admin/login/?next=/help/"
Browser = Callable[[], Client]


@pytest.fixture
def app(maria: User) -> App:
    return add_app(maria)


@pytest.fixture
def half(client: Client, app: App) -> Client:
    """Maria's password was right."""
    answer = sign_in(client)
    assert answer["Location"] == TWO_STEP
    return client


def sign_in(client: Client, password: str = GOOD) -> Any:
    return client.post(SIGN_IN, {"username": "maria", "password": password})


def is_signed_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def test_the_password_alone_signs_nobody_in_who_has_an_app(half: Client) -> None:
    assert not is_signed_in(half)
    assert "_auth_user_id" not in half.session
    assert "Code from your authenticator app" in half.get(TWO_STEP).text


def test_a_code_finishes_it_and_leads_to_the_page_that_was_asked_for(
    half: Client, app: App, maria: User
) -> None:
    key = half.session.session_key
    answer = half.post(TWO_STEP, {"code": app.code()})
    assert answer["Location"] == "/help/"
    assert half.session[SECOND_STEP] == "authenticator app"
    assert HALF not in half.session
    assert half.session.session_key != key, "nobody can have planted the session"
    event = AuditEvent.objects.get(kind="signed_in_two_steps")
    assert event.person_id == maria.pk
    assert half.get(TWO_STEP)["Location"] == "/", "there is nothing left to prove"


def test_a_code_in_two_groups_is_read(half: Client, app: App) -> None:
    code = app.code()
    half.post(TWO_STEP, {"code": f" {code[:3]} {code[3:]} "})
    assert is_signed_in(half)


@pytest.mark.parametrize(
    "code", ["", "12345", "1234567", "abcdef", "１２３４５６", "\0"]
)
def test_what_is_no_code_is_refused(half: Client, code: str) -> None:
    assert half.post(TWO_STEP, {"code": code}).status_code == 422
    assert not is_signed_in(half)


def test_a_code_works_once(half: Client, app: App, browser: Browser) -> None:
    code = app.code()
    half.post(TWO_STEP, {"code": code})
    other = browser()
    sign_in(other)
    page = other.post(TWO_STEP, {"code": code})
    assert page.status_code == 422
    assert "was already used" in page.text
    assert not is_signed_in(other)
    other.post(TWO_STEP, {"code": app.code(later=30)})
    assert is_signed_in(other), "the next one works"


def test_somebody_elses_code_is_refused(half: Client, administrator: User) -> None:
    theirs = add_app(administrator)
    assert half.post(TWO_STEP, {"code": theirs.code()}).status_code == 422


@pytest.mark.parametrize("ahead", [-40, -30, 30])
def test_a_clock_that_is_a_step_off_is_forgiven(
    half: Client, app: App, maria: User, ahead: int
) -> None:
    phone = App(app.secret, ahead)
    first = half.post(TWO_STEP, {"code": phone.code()})
    # 40 seconds are one step or two, by the second at which the code was read.
    if first.status_code == 422:
        half.post(TWO_STEP, {"code": phone.code(later=15)})
    device = TotpDevice.objects.get(person=maria)
    assert is_signed_in(half)
    assert abs(device.drift) == 1


def test_a_clock_that_was_a_step_off_before_may_be_40_seconds_off_now(
    half: Client, app: App
) -> None:
    TotpDevice.objects.update(drift=1)
    half.post(TWO_STEP, {"code": App(app.secret, 40).code()})
    assert is_signed_in(half)


def test_a_code_of_two_minutes_ago_is_refused(half: Client, app: App) -> None:
    assert half.post(TWO_STEP, {"code": app.code(later=-120)}).status_code == 422


def test_wrong_codes_count_as_wrong_passwords_do(half: Client, app: App) -> None:
    for _ in range(4):
        assert half.post(TWO_STEP, {"code": "000000"}).status_code == 422
    assert half.post(TWO_STEP, {"code": "000000"}).status_code == 429
    assert half.post(TWO_STEP, {"code": app.code()}).status_code == 429
    assert not is_signed_in(half)
    [attempt] = AccessAttempt.objects.all()
    assert attempt.username == "maria"


def test_the_right_password_between_wrong_codes_forgives_nothing(
    half: Client, app: App
) -> None:
    for _ in range(4):
        half.post(TWO_STEP, {"code": "000000"})
        sign_in(half)
    half.post(TWO_STEP, {"code": "000000"})
    assert half.post(TWO_STEP, {"code": app.code()}).status_code == 429


def test_many_wrong_codes_from_many_addresses_make_everybody_wait(
    half: Client, app: App
) -> None:
    TotpDevice.objects.update(failures=10, failed_at=clock.now())
    page = half.post(TWO_STEP, {"code": app.code()})
    assert page.status_code == 422
    assert "Too many wrong codes" in page.text
    TotpDevice.objects.update(failed_at=clock.now() - timedelta(minutes=2))
    half.post(TWO_STEP, {"code": app.code()})
    assert is_signed_in(half)
    assert TotpDevice.objects.get().failures == 0


def test_a_recovery_code_works_once_however_it_is_typed(
    half: Client, maria: User, browser: Browser
) -> None:
    code = recovery.make_codes(maria)[3]
    half.post(TWO_STEP, {"recovery_code": code.upper().replace("-", " ")})
    assert is_signed_in(half)
    assert recovery.codes_left(maria) == 9
    [notice] = [one for one in send_queued() if "recovery code" in one.subject]
    assert "9 left" in notice.body
    other = browser()
    sign_in(other)
    assert other.post(TWO_STEP, {"recovery_code": code}).status_code == 422
    assert not is_signed_in(other)


def test_half_a_sign_in_ends_after_ten_minutes(half: Client, app: App) -> None:
    session = half.session
    began = clock.now() - timedelta(minutes=11)
    session[HALF] = session[HALF] | {AT: began.isoformat()}
    session.save()
    assert half.post(TWO_STEP, {"code": app.code()})["Location"] == "/"
    assert not is_signed_in(half)


@pytest.mark.parametrize("what", ["password", "deactivated"])
def test_half_a_sign_in_ends_when_the_person_changes(
    half: Client, app: App, maria: User, what: str
) -> None:
    if what == "password":
        maria.set_password("another lamp violin")
        maria.save()
    else:
        User.objects.filter(pk=maria.pk).update(is_active=False)
    half.post(TWO_STEP, {"code": app.code()})
    assert not is_signed_in(half)


def test_nobody_asks_who_has_not_entered_a_password(client: Client, app: App) -> None:
    assert client.post(TWO_STEP, {"code": app.code()})["Location"] == "/"
    assert not is_signed_in(client)


# Passkeys ---------------------------------------------------------------------------


@pytest.fixture
def key(client: Client, maria: User) -> Key:
    key = Key()
    client.force_login(maria)
    assert add_key(client, key).status_code == 200
    client.post("/admin/logout/")
    return key


def test_a_passkey_is_a_second_step(client: Client, key: Key, maria: User) -> None:
    sign_in(client)
    page = client.get(TWO_STEP).text
    assert "Use a passkey" in page
    assert "Code from your authenticator app" not in page
    client.post(TWO_STEP, {"passkey": key.get(asked(client, "sign_in"))})
    assert client.session[SECOND_STEP] == "passkey"
    assert Passkey.objects.get(person=maria).last_used_at


def test_a_passkey_alone_signs_in(client: Client, key: Key, maria: User) -> None:
    answer = key.get(asked(client, "sign_in"))
    sent = {"passkey": answer, "next": "/help/"}
    assert client.post("/account/passkey/", sent)["Location"] == "/help/"
    assert client.session["_auth_user_id"] == maria.pk


def test_alone_it_must_have_asked_for_a_finger_or_a_pin(
    client: Client, key: Key
) -> None:
    options = asked(client, "sign_in")
    assert options["userVerification"] == "required"
    key.verifies = False
    page = client.post("/account/passkey/", {"passkey": key.get(options)})
    assert page.status_code == 422
    assert not is_signed_in(client)


def test_an_answer_works_once(client: Client, key: Key) -> None:
    answer = key.get(asked(client, "sign_in"))
    client.post("/account/passkey/", {"passkey": answer})
    client.post("/admin/logout/")
    page = client.post("/account/passkey/", {"passkey": answer})
    assert page.status_code == 422
    assert not is_signed_in(client)


def test_a_challenge_ends_after_five_minutes(client: Client, key: Key) -> None:
    answer = key.get(asked(client, "sign_in"))
    session = client.session
    [[purpose, text, _]] = session[SESSION_KEY]
    old = (clock.now() - timedelta(minutes=6)).isoformat()
    session[SESSION_KEY] = [[purpose, text, old]]
    session.save()
    page = client.post("/account/passkey/", {"passkey": answer})
    assert "That took too long" in page.text
    assert not is_signed_in(client)


def test_another_site_and_another_counter_prove_nothing(
    client: Client, key: Key
) -> None:
    key.origin = "http://elsewhere.example"
    answer = key.get(asked(client, "sign_in"))
    assert client.post("/account/passkey/", {"passkey": answer}).status_code == 422
    key.origin = "http://localhost"
    Passkey.objects.update(sign_count=99)
    answer = key.get(asked(client, "sign_in"))
    assert client.post("/account/passkey/", {"passkey": answer}).status_code == 422
    assert not is_signed_in(client)


def test_anothers_passkey_is_no_second_step(
    client: Client, key: Key, administrator: User, browser: Browser
) -> None:
    office, other = browser(), Key(pk=b"the key of somebody else, 32 byt")
    office.force_login(administrator)
    add_key(office, other)
    sign_in(client)
    page = client.post(TWO_STEP, {"passkey": other.get(asked(client, "sign_in"))})
    assert "known here" in page.text
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    "sent", ["{}", "[]", "null", "x", '{"response": 1}', "9" * 30000]
)
def test_what_is_no_answer_is_refused(client: Client, maria: User, sent: str) -> None:
    page = client.post("/account/passkey/", {"passkey": sent})
    assert page.status_code == 422
    assert "couldn&#x27;t be checked" in page.text


def test_a_removed_passkey_opens_nothing(client: Client, key: Key) -> None:
    answer = key.get(asked(client, "sign_in"))
    Passkey.objects.all().delete()
    client.post("/account/passkey/", {"passkey": answer})
    assert not is_signed_in(client)


def test_who_is_deactivated_is_not_signed_in_by_a_passkey(
    client: Client, key: Key, maria: User
) -> None:
    answer = key.get(asked(client, "sign_in"))
    User.objects.filter(pk=maria.pk).update(is_active=False)
    page = client.post("/account/passkey/", {"passkey": answer})
    assert "deactivated" in page.text
    assert not is_signed_in(client)
