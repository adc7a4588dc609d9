"""The whole way in a real browser: setting up, codes, passkeys, confirming."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from medspa import clock
from medspa.accounts.sessions import PROVED, SessionStore
from medspa.models import Clinic, PersonSession, TotpDevice, User
from medspa.roles import ADMINISTRATOR
from tests.browser.test_add_lead import no_violations
from tests.medspa.people.posting import GOOD
from tests.second_steps import App

pytestmark = pytest.mark.django_db(transaction=True)
Window = Callable[..., Page]


@pytest.fixture
def owner(person: Callable[[str], User]) -> User:
    """An administrator of a clinic that asks for two steps."""
    owner = person(ADMINISTRATOR)
    owner.set_password(GOOD)
    owner.save()
    Clinic.objects.update(requires_second_step=True)
    return owner


def at(live_server: object, path: str) -> str:
    """Passkeys need a name: 127.0.0.1 has none."""
    url: str = live_server.url  # type: ignore[attr-defined]
    return url.replace("127.0.0.1", "localhost") + path


def with_authenticator(window: Page) -> None:
    """Chromium's own, which holds passkeys and says that a finger was there."""
    link = window.context.new_cdp_session(window)
    link.send("WebAuthn.enable")
    link.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def ten_minutes_pass() -> None:
    """Since everybody proved who they are."""
    for row in PersonSession.objects.all():
        store = SessionStore()
        data = store.decode(row.session_data)
        data[PROVED] = (clock.now() - timedelta(minutes=11)).isoformat()
        row.session_data = store.encode(data)
        row.save()


def enter_password(window: Page, username: str) -> None:
    window.get_by_label("Email or username").fill(username)
    window.get_by_label("Password").fill(GOOD)
    window.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(window: Page, live_server: object) -> None:
    window.locator(".account summary").click()
    window.get_by_role("button", name="Sign out").click()
    window.wait_for_url("**/admin/logout/")
    window.goto(at(live_server, "/"))


def test_an_administrator_sets_up_and_signs_in_with_each(
    page: Window, owner: User, live_server: object
) -> None:
    window = page(own=True, expected=("status of 422", "status of 403"))
    with_authenticator(window)
    window.goto(at(live_server, "/kpis/"))
    no_violations(window)
    enter_password(window, owner.username)

    # Nowhere else, until a second step is set up.
    expect(
        window.get_by_role("heading", name="Set up two-step sign-in")
    ).to_be_visible()
    no_violations(window)
    window.goto(at(live_server, "/leads/board/"))
    expect(
        window.get_by_role("heading", name="Set up two-step sign-in")
    ).to_be_visible()
    window.get_by_role("link", name="Authenticator app").click()
    expect(window.locator(".qr-code svg")).to_be_visible()
    no_violations(window)
    app = App(TotpDevice.objects.get().secret)
    window.get_by_label("Code from your authenticator app").fill("000 000")
    window.get_by_role("button", name="Turn on").click()
    expect(window.get_by_role("alert")).to_contain_text("isn't right")
    window.get_by_label("Code from your authenticator app").fill(app.code())
    window.get_by_role("button", name="Turn on").click()

    # The recovery codes, once; then the page that was asked for.
    expect(window.locator(".recovery-codes li")).to_have_count(10)
    no_violations(window)
    recovery_code = window.locator(".recovery-codes li").first.inner_text()
    with window.expect_download() as download:
        window.get_by_role("link", name="Download").click()
    saved = download.value.path().read_text()
    assert recovery_code in saved
    window.get_by_role("link", name="I saved them").click()
    expect(window).to_have_url(at(live_server, "/leads/board/"))

    # A passkey beside it.
    window.goto(at(live_server, "/account/"))
    no_violations(window)
    window.get_by_role("link", name="Add passkey").click()
    no_violations(window)
    window.get_by_label("Name").fill("This laptop")
    window.get_by_role("button", name="Add passkey").click()
    expect(window.get_by_text("This laptop")).to_be_visible()

    # With a recovery code, then with the passkey as second step, then alone.
    sign_out(window, live_server)
    enter_password(window, owner.username)
    no_violations(window)
    window.get_by_text("Use a recovery code").click()
    window.get_by_label("Recovery code").fill(recovery_code)
    window.get_by_role("button", name="Continue").last.click()
    expect(window.locator(".account")).to_be_visible()
    sign_out(window, live_server)
    enter_password(window, owner.username)
    window.get_by_role("button", name="Use a passkey").click()
    expect(window.locator(".account")).to_be_visible()
    sign_out(window, live_server)
    window.get_by_role("button", name="Sign in with a passkey").click()
    expect(window.locator(".account")).to_be_visible()

    # Later, a form asks who it is, keeps what was typed, and a passkey answers.
    window.goto(at(live_server, "/people/add/"))
    window.get_by_label("First name").fill("Zoe")
    window.get_by_label("Email").fill("zoe@example.com")
    window.get_by_text("Front desk", exact=True).click()
    ten_minutes_pass()
    window.get_by_role("button", name="Send invitation").click()
    expect(window.get_by_role("heading", name="Confirm it's you")).to_be_visible()
    no_violations(window)
    window.get_by_role("button", name="Use passkey").click()
    expect(window.get_by_text("Zoe was invited.")).to_be_visible()
