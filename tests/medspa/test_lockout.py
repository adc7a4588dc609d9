"""Wrong passwords: a growing delay per name and address, and a way back."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from medspa.accounts.lockout import (
    PER_ADDRESS,
    PER_NAME,
    STEP_PER_ADDRESS,
    delay,
    locks,
)
from medspa.accounts.proxies import client_address, networks
from medspa.models import User

LOGIN = "/admin/login/"
PASSWORD = "correct horse battery"


@pytest.fixture
def maria(front_desk: User) -> User:
    front_desk.set_password(PASSWORD)
    front_desk.save()
    return front_desk


def sign_in(name: str, word: str = "wrong", **meta: str) -> tuple[int, str]:
    answer = Client(**meta).post(LOGIN, {"username": name, "password": word})
    return answer.status_code, answer.content.decode()


def fail(name: str, times: int, **meta: str) -> None:
    for _ in range(times):
        sign_in(name, **meta)


def lock_address(address: str) -> None:
    """By one wrong password for each of many names."""
    AccessAttempt.objects.bulk_create(
        AccessAttempt(
            username=f"name{number}",
            ip_address=address,
            failures_since_start=1,
            attempt_time=timezone.now(),
        )
        for number in range(PER_ADDRESS)
    )


def pass_time(minutes: float) -> None:
    for attempt in AccessAttempt.objects.all():
        attempt.attempt_time -= timedelta(minutes=minutes)
        attempt.save(update_fields=["attempt_time"])


@pytest.mark.parametrize(
    ("failures", "minutes"),
    [(0, 0), (4, 0), (5, 1), (6, 2), (7, 4), (10, 32), (11, 60), (500, 60)],
)
def test_each_failure_more_doubles_the_wait_up_to_an_hour(
    failures: int, minutes: int
) -> None:
    assert delay(failures, PER_NAME, 1) == timedelta(minutes=minutes)


def test_an_address_that_tries_many_names_waits_too() -> None:
    assert delay(PER_ADDRESS - 1, PER_ADDRESS, STEP_PER_ADDRESS) == timedelta()
    longer = delay(PER_ADDRESS + 2 * STEP_PER_ADDRESS, PER_ADDRESS, STEP_PER_ADDRESS)
    assert longer == timedelta(minutes=4)


def test_the_wait_grows_and_a_right_password_ends_it(maria: User) -> None:
    fail(maria.username, 5)
    status, words = sign_in(maria.username, PASSWORD)
    assert (status, "Wait 1 minute and try again" in words) == (429, True)
    pass_time(1.1)
    assert sign_in(maria.username)[0] == 429  # the sixth failure
    status, words = sign_in(maria.username, PASSWORD)
    assert (status, "Wait 2 minutes" in words) == (429, True)
    pass_time(2.1)
    assert sign_in(maria.username, PASSWORD)[0] == 302
    assert not AccessAttempt.objects.exists()


def test_nobody_is_locked_out_by_somebody_elsewhere(maria: User) -> None:
    fail(maria.username, 6, REMOTE_ADDR="203.0.113.9")
    assert sign_in(maria.username, PASSWORD, REMOTE_ADDR="203.0.113.8")[0] == 302


def test_who_tries_many_names_is_locked_for_every_name(maria: User) -> None:
    lock_address("203.0.113.9")
    assert sign_in(maria.username, PASSWORD, REMOTE_ADDR="203.0.113.9")[0] == 429
    assert sign_in(maria.username, PASSWORD, REMOTE_ADDR="203.0.113.8")[0] == 302
    assert [(lock.name, lock.address) for lock in locks()] == [("", "203.0.113.9")]


def test_who_tries_many_names_holds_up_nobody_in_their_own_browser(
    maria: User, manager: User, client: Client
) -> None:
    said = {"username": maria.username, "password": PASSWORD}
    assert client.post(LOGIN, said).status_code == 302
    client.post("/admin/logout/")
    lock_address("127.0.0.1")
    assert sign_in(maria.username, PASSWORD)[0] == 429, "a browser without the cookie"
    others = said | {"username": manager.username}
    assert client.post(LOGIN, others).status_code == 429, "hers, not another's"
    wrong = said | {"password": "wrong"}
    assert client.post(LOGIN, wrong).status_code == 200
    assert client.post(LOGIN, said).status_code == 302
    client.post("/admin/logout/")
    for _ in range(PER_NAME):
        client.post(LOGIN, wrong)
    assert client.post(LOGIN, said).status_code == 429, "tries of one name still count"


def test_an_administrator_unlocks_on_the_health_page(
    maria: User, administrator: User, client: Client
) -> None:
    fail(maria.username, 5)
    client.force_login(administrator)
    page = client.get("/health/").content.decode()
    assert f"{maria.username} from 127.0.0.1" in page
    sent = {"name": maria.username, "address": "127.0.0.1"}
    answer = client.post("/health/unlock/", sent, follow=True)
    assert "can sign in from 127.0.0.1 again" in answer.content.decode()
    assert "No one." in answer.content.decode()
    assert sign_in(maria.username, PASSWORD)[0] == 302


def test_nobody_is_unlocked_at_what_is_no_address(
    administrator: User, client: Client
) -> None:
    client.force_login(administrator)
    sent = {"name": "ana", "address": "10.0.0"}
    page = client.post("/health/unlock/", sent, follow=True).text
    assert "Enter a valid IPv4 or IPv6 address." in page


# Proxies -----------------------------------------------------------------------

OURS = networks(["10.0.0.0/8", "::1"])


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "203.0.113.9, 10.0.0.7", "203.0.113.9"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("", "2001:db8::9", "2001:db8::9"),
        ("::1", "10.0.0.3", "10.0.0.3"),
    ],
)
def test_the_client_is_the_last_address_that_is_no_proxy_of_ours(
    peer: str, forwarded: str, client: str
) -> None:
    assert client_address(peer, forwarded, OURS) == client


def test_the_lock_falls_on_the_client_and_not_on_the_proxy(
    maria: User, settings: Settings
) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    meta = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.9"}
    fail(maria.username, 5, **meta)
    assert sign_in(maria.username, PASSWORD, **meta)[0] == 429
    other = meta | {"HTTP_X_FORWARDED_FOR": "203.0.113.8"}
    assert sign_in(maria.username, PASSWORD, **other)[0] == 302


def test_who_is_no_proxy_of_ours_cannot_choose_an_address(
    maria: User, settings: Settings
) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    for number in range(5):
        forged = {"HTTP_X_FORWARDED_FOR": f"203.0.113.{number}"}
        sign_in(maria.username, REMOTE_ADDR="198.51.100.1", **forged)
    [lock] = locks()
    assert lock.address == "198.51.100.1"


# Where somebody is signed in ---------------------------------------------------


@pytest.mark.parametrize(
    ("path", "field", "others"),
    [
        ("/account/", "password", {"email": "new@example.com"}),
        (
            "/account/password/",
            "old_password",
            {"new_password1": "otter lamp glow", "new_password2": "otter lamp glow"},
        ),
    ],
)
def test_a_password_is_not_guessed_in_an_open_session(
    maria: User, client: Client, path: str, field: str, others: dict[str, str]
) -> None:
    client.force_login(maria)
    found = [client.post(path, others | {field: "wrong"}) for _ in range(PER_NAME)]
    assert [answer.status_code for answer in found] == [422] * 4 + [429]
    assert client.post(path, others | {field: PASSWORD}).status_code == 429
    maria.refresh_from_db()
    assert maria.check_password(PASSWORD)
    assert not maria.emailed_links.exists()
    pass_time(1.1)
    assert client.post(path, others | {field: PASSWORD}).status_code == 302
