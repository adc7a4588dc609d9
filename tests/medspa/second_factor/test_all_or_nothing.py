"""A second step is changed whole or not at all, one change after the other."""

import json
from typing import Any

from procrastinate.exceptions import ConnectorException

from medspa.accounts.second_factor import changes, passkeys, totp
from medspa.accounts.second_factor.challenges import Purpose
from medspa.accounts.second_factor.passkey_site import Site
from medspa.accounts.second_factor.passkeys import PasskeyRefused
from medspa.accounts.sessions import SessionStore
from medspa.models import Passkey, PersonSession, TotpDevice, User
from tests.factories import PasskeyFactory, PersonSessionFactory, UserFactory
from tests.locks import held, proves, refused, waits
from tests.second_steps import HOST, ORIGIN, App, Key, add_app

SITE = Site(ORIGIN, HOST, "Glow")
NO_MAIL = {"raises": ConnectorException}
OF = "medspa.accounts.second_factor."


def options(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    return found


def made(session: Any, person: User, key: Key) -> str:
    return key.create(options(passkeys.ask_to_add(session, person, SITE)))


def used(session: Any, person: User, key: Key) -> str:
    asked = passkeys.ask_for(session, Purpose.PROVE, person, SITE)
    return key.get(options(asked))


def with_key(person: User) -> Key:
    key, session = Key(), SessionStore()
    changes.add_passkey(session, person, "Mine", made(session, person, key), SITE)
    return key


@proves("medspa.accounts.second_factor.totp.begin_set_up atomic")
def test_what_is_set_up_stays_when_another_cannot_begin(maria: User) -> None:
    device = totp.begin_set_up(maria)
    TotpDevice.objects.update(created_at=device.created_at - 2 * totp.SET_UP_LASTS)
    with refused("medspa_totpdevice"):
        totp.begin_set_up(maria)


@proves("medspa.accounts.second_factor.totp.use_code atomic")
def test_a_code_that_could_not_be_noted_is_not_used(maria: User) -> None:
    app = add_app(maria)
    with refused("medspa_totpdevice", "UPDATE"):
        totp.use_code(maria, app.code())


@proves("medspa.accounts.second_factor.passkeys.keep_passkey atomic")
def test_of_two_who_add_one_passkey_at_once_one_is_told(maria: User) -> None:
    session, key = SessionStore(), Key()
    answer = made(session, maria, key)
    taken = {"raises": PasskeyRefused, "code": "unique_violation"}
    with refused("medspa_passkey", **taken):  # type: ignore[arg-type]
        changes.add_passkey(session, maria, "Mine", answer, SITE)


@proves("medspa.accounts.second_factor.passkeys.check_passkey atomic")
def test_a_passkey_that_could_not_be_noted_is_not_used(maria: User) -> None:
    key, session = with_key(maria), SessionStore()
    answer = used(session, maria, key)
    with refused("medspa_passkey", "UPDATE"):
        passkeys.check_passkey(session, Purpose.PROVE, maria, answer, SITE)


@proves(
    "medspa.accounts.second_factor.changes.confirm_app atomic",
    "medspa.accounts.second_factor.changes.add_passkey atomic",
)
def test_nothing_is_added_that_nobody_could_be_told_of(maria: User) -> None:
    code = App(totp.begin_set_up(maria).secret).code()
    with refused("procrastinate_jobs", **NO_MAIL):  # type: ignore[arg-type]
        changes.confirm_app(maria, code)
    session = SessionStore()
    answer = made(session, maria, Key())
    with refused("procrastinate_jobs", **NO_MAIL):  # type: ignore[arg-type]
        changes.add_passkey(session, maria, "Mine", answer, SITE)


@proves(
    "medspa.accounts.second_factor.changes.renew_codes atomic",
    "medspa.accounts.second_factor.changes._remove atomic",
    "medspa.accounts.second_factor.changes.reset atomic",
)
def test_nothing_is_taken_away_that_nobody_could_be_told_of(maria: User) -> None:
    add_app(maria)
    with refused("procrastinate_jobs", **NO_MAIL):  # type: ignore[arg-type]
        changes.remove_app(maria, None)
    with refused("procrastinate_jobs", **NO_MAIL):  # type: ignore[arg-type]
        changes.reset(maria)
    with refused("medspa_recoverycode"):
        changes.renew_codes(maria)


@proves("medspa.accounts.second_factor.changes.rename_passkey atomic")
def test_no_passkey_has_a_new_name_that_is_not_in_the_log(maria: User) -> None:
    passkey = PasskeyFactory(person=maria)
    with refused("medspa_auditevent"):
        changes.rename_passkey(maria, passkey.pk, "Phone")


@proves("medspa.accounts.second_factor.changes._end atomic")
def test_no_session_ends_unnoted(maria: User) -> None:
    PersonSessionFactory(person=maria)
    with refused("medspa_userhistory"):
        changes.end_sessions(maria, None)
    assert PersonSession.objects.filter(person=maria).exists()


@proves(
    "medspa.accounts.second_factor.models.lock_owner row lock",
    "medspa.accounts.second_factor.totp.use_code row lock",
    "medspa.accounts.second_factor.passkeys._known row lock",
)
def test_changes_and_uses_wait_for_each_other(committed: None) -> None:
    person: User = UserFactory(username="maria")
    app, key = add_app(person), with_key(person)
    session = SessionStore()
    place = OF + "models.lock_owner locking medspa_user"
    with held(person):
        assert waits(lambda: changes.confirm_app(person, "1")) == place
        assert waits(lambda: changes.remove_app(person, None)) == place
        assert waits(lambda: changes.reset(person)) == place
        assert waits(lambda: totp.begin_set_up(person)) == place
        answer = made(session, person, Key(pk=b"another key of thirty-two bytes."))
        add = changes.add_passkey
        assert waits(lambda: add(session, person, "", answer, SITE)) == place
    with held(TotpDevice.objects.get()):
        place = OF + "totp.use_code locking medspa_totpdevice"
        assert waits(lambda: totp.use_code(person, app.code())) == place
    with held(Passkey.objects.get()):
        place = OF + "passkeys._known locking medspa_passkey"
        answer = used(session, person, key)
        check = passkeys.check_passkey
        prove = Purpose.PROVE
        assert waits(lambda: check(session, prove, person, answer, SITE)) == place
