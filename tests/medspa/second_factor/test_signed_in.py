"""Where somebody is signed in, signing out there, and browsers that are new."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from medspa import clock
from medspa.accounts.devices import device_in_words
from medspa.accounts.second_factor.models import KnownDevice
from medspa.accounts.sessions import BEGUN
from medspa.accounts.signed_in import where_signed_in
from medspa.models import AuditEvent, PersonSession, User
from tests.medspa.people.posting import GOOD, act, send_queued

Browser = Callable[[], Client]
CHROME = "Mozilla/5.0 (Windows NT 10.0) Chrome/156.0 Safari/537.36"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604"
)


def sign_in(
    client: Client, agent: str = CHROME, address: str = "203.0.113.9"
) -> Client:
    sent = {"username": "maria", "password": GOOD}
    answer = client.post(
        "/admin/login/", sent, HTTP_USER_AGENT=agent, REMOTE_ADDR=address
    )
    assert answer.status_code == 302
    return client


def is_signed_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (CHROME, "Chrome on Windows"),
        (f"{CHROME} Edg/156.0", "Edge on Windows"),
        (IPHONE, "Safari on iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Firefox/150.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Macintosh) CriOS/156 Safari/604", "Chrome on Mac"),
        ("curl/8", "Unknown browser"),
        ("<script>", "Unknown browser"),
        ("", "Unknown browser"),
    ],
)
def test_a_browser_in_words(agent: str, words: str) -> None:
    assert device_in_words(agent) == words


def test_the_account_lists_every_browser_and_says_which_is_this(
    maria: User, browser: Browser
) -> None:
    desk, phone = sign_in(browser()), sign_in(browser(), IPHONE, "198.51.100.7")
    page = desk.get("/account/").text
    assert "Chrome on Windows" in page
    assert "203.0.113.9, this device" in " ".join(page.split())
    assert "Safari on iPhone" in page
    assert "198.51.100.7" in page
    assert phone.cookies["sessionid"].value not in page
    here = where_signed_in(maria, desk.session.session_key)
    assert [one.is_here for one in here] == [True, False]


def test_somebody_is_signed_out_there_and_nowhere_else(
    maria: User, browser: Browser
) -> None:
    desk, phone = sign_in(browser()), sign_in(browser(), IPHONE)
    _, there = where_signed_in(maria, desk.session.session_key)
    address = f"/account/signed-in/{there.key}/end/"
    assert "Signed out there." in desk.post(address, follow=True).text
    assert not is_signed_in(phone)
    assert is_signed_in(desk)
    assert "already signed out" in desk.post(address, follow=True).text
    assert AuditEvent.objects.filter(kind="sessions_ended").count() == 1


def test_everywhere_else_is_one_click(maria: User, browser: Browser) -> None:
    desk, phone, tablet = (sign_in(browser()) for _ in range(3))
    desk.post("/account/signed-in/end-others/")
    assert [is_signed_in(one) for one in (desk, phone, tablet)] == [True, False, False]


def test_nobody_signs_somebody_else_out_by_the_account_page(
    maria: User, administrator: User, browser: Browser
) -> None:
    desk, other = sign_in(browser()), browser()
    other.force_login(administrator)
    [row] = PersonSession.objects.filter(person=maria)
    other.post(f"/account/signed-in/{row.session_key}/end/")
    other.post("/account/signed-in/end-others/")
    assert is_signed_in(desk)


def test_an_administrator_signs_a_person_out(
    maria: User, administrator: User, browser: Browser
) -> None:
    office, desk, phone = browser(), sign_in(browser()), sign_in(browser())
    office.force_login(administrator)
    assert "Chrome on Windows" in office.get(f"/people/{maria.pk}/").text
    [one, _] = PersonSession.objects.filter(person=maria)
    act(office, "sign_out", maria, session=one.session_key)
    assert sorted([is_signed_in(desk), is_signed_in(phone)]) == [False, True]
    assert "is signed out everywhere." in act(office, "sign_out", maria)
    assert not is_signed_in(desk)
    assert not is_signed_in(phone)
    act(office, "sign_out", administrator)
    assert is_signed_in(office), "who asks stays"


def test_what_is_over_is_not_listed(maria: User, browser: Browser) -> None:
    desk = sign_in(browser())
    assert len(where_signed_in(maria)) == 1
    session = desk.session
    session[BEGUN] = (clock.now() - timedelta(hours=13)).isoformat()
    session.save()
    assert where_signed_in(maria) == []
    sign_in(browser())
    maria.set_password("another lamp violin")
    maria.save()
    assert where_signed_in(maria) == [], "another password ended it"


def test_who_signs_out_is_listed_no_more(maria: User, client: Client) -> None:
    sign_in(client).post("/admin/logout/")
    assert where_signed_in(maria) == []


# New browsers -----------------------------------------------------------------------


def notices() -> list[str]:
    return [one.body for one in send_queued() if "New sign-in" in one.subject]


def test_another_browser_is_told_once_and_the_first_of_all_is_not(
    maria: User, browser: Browser
) -> None:
    desk, phone = browser(), browser()
    sign_in(desk)
    assert notices() == []
    sign_in(phone, IPHONE, "198.51.100.7")
    [body] = notices()
    assert "Safari on iPhone, network address 198.51.100.7" in body
    for known in (desk, phone):
        known.post("/admin/logout/")
        sign_in(known)
    assert notices() == []
    assert KnownDevice.objects.filter(person=maria).count() == 2


def test_a_known_browser_is_known_for_each_person_apart(
    maria: User, client: Client, administrator: User
) -> None:
    sign_in(client)
    client.post("/admin/logout/")
    token = client.cookies["device"].value
    for name in ("first", "second"):
        other = Client(SERVER_NAME="localhost")
        if name == "second":
            other.cookies["device"] = token
        administrator.set_password(GOOD)
        administrator.email = "office@example.com"
        administrator.save()
        other.post(
            "/admin/login/", {"username": administrator.username, "password": GOOD}
        )
    assert len(notices()) == 1


def test_a_cookie_that_we_did_not_sign_is_no_known_browser(
    maria: User, client: Client
) -> None:
    sign_in(client)
    cookie = client.cookies["device"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] > 300 * 24 * 60 * 60
    [row] = KnownDevice.objects.all()
    assert row.token_hash not in cookie.value
    forged = Client()
    forged.cookies["device"] = row.token_hash
    sign_in(forged)
    assert len(notices()) == 1
