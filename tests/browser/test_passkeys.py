"""The whole way in a real browser: setting up, codes, passkeys, confirming."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from medspa import clock
from medspa.accounts.sessions import PROVED, SessionStore
from medspa.models import AuditEvent, Clinic, PersonSession, TotpDevice, User
from medspa.roles import ADMINISTRATOR, FRONT_DESK, MANAGER
from tests import factories
from tests.browser.test_add_lead import no_violations
from tests.medspa.people.posting import GOOD
from tests.second_steps import App

pytestmark = pytest.mark.django_db(transaction=True)
Window = Callable[..., Page]


@pytest.fixture
def with_password(person: Callable[[str], User]) -> Callable[[str], User]:
    """Somebody of a clinic that asks managers and administrators for two steps."""

    def make(role: str) -> User:
        made = person(role)
        made.set_password(GOOD)
        made.save()
        return made

    Clinic.objects.update(requires_second_step=True)
    return make


@pytest.fixture
def owner(with_password: Callable[[str], User]) -> User:
    return with_password(ADMINISTRATOR)


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
    window.get_by_role("button", name="Create invitation").click()
    expect(window.get_by_role("heading", name="Confirm it's you")).to_be_visible()
    no_violations(window)
    window.get_by_role("button", name="Use passkey").click()
    expect(window.get_by_text("Zoe was invited.")).to_be_visible()


def test_a_manager_is_led_to_an_app_and_her_fresh_sign_in_to_the_file(
    page: Window, with_password: Callable[[str], User], live_server: object
) -> None:
    factories.LeadFactory(admitted=True)
    manager = with_password(MANAGER)
    window = page(own=True)
    window.goto(at(live_server, "/leads/?sort=newest"))
    enter_password(window, manager.username)
    window.get_by_role("link", name="Authenticator app").click()
    app = App(TotpDevice.objects.get().secret)
    window.get_by_label("Code from your authenticator app").fill(app.code())
    window.get_by_role("button", name="Turn on").click()
    window.get_by_role("link", name="I saved them").click()
    expect(window).to_have_url(at(live_server, "/leads/?sort=newest"))

    # Later an export asks who it is, gives the file, and leads back to the list.
    ten_minutes_pass()
    window.get_by_text("Export", exact=True).click()
    window.get_by_role("link", name="CSV").click()
    expect(window.get_by_role("heading", name="Confirm it's you")).to_be_visible()
    window.get_by_label("Password").fill(GOOD)
    with window.expect_download() as download:
        window.get_by_role("button", name="Continue", exact=True).first.click()
    assert download.value.suggested_filename.endswith(".csv")
    window.get_by_role("link", name="Go back").click()
    expect(window).to_have_url(at(live_server, "/leads/?sort=newest"))


def test_the_front_desk_may_use_a_passkey_and_a_lost_one_is_reset(
    page: Window,
    owner: User,
    with_password: Callable[[str], User],
    live_server: object,
) -> None:
    desk = with_password(FRONT_DESK)
    desk.first_name = "Zoe"
    desk.save()
    window = page(own=True, expected=("status of 422", "status of 429"))
    with_authenticator(window)
    window.goto(at(live_server, "/account/"))
    enter_password(window, desk.username)

    # Nobody makes her; the page of her account offers it.
    window.get_by_role("link", name="Set up two-step sign-in").click()
    window.get_by_role("link", name="Passkey").click()
    window.get_by_role("button", name="Add passkey").click()
    recovery_code = window.locator(".recovery-codes li").first.inner_text()
    window.get_by_role("link", name="I saved them").click()
    window.get_by_text("Rename", exact=True).click()
    window.get_by_label("Name of the passkey").fill("Desk computer")
    window.get_by_role("button", name="Save", exact=True).last.click()
    expect(window.get_by_text("Desk computer")).to_be_visible()
    no_violations(window)

    # A recovery code works once; who tries more is locked out.
    for is_first in (True, False):
        sign_out(window, live_server)
        enter_password(window, desk.username)
        window.get_by_text("Use a recovery code").click()
        window.get_by_label("Recovery code").fill(recovery_code)
        window.get_by_role("button", name="Continue").last.click()
        if is_first:
            expect(window.locator(".account")).to_be_visible()
    for _ in range(4):
        expect(window.get_by_role("alert").first).to_be_visible()
        window.get_by_text("Use a recovery code").click()
        window.get_by_label("Recovery code").fill("wrong")
        window.get_by_role("button", name="Continue").last.click()
    expect(window.get_by_text("Too many attempts to sign in")).to_be_visible()

    # An administrator unlocks and resets her; then the password is enough.
    Clinic.objects.update(requires_second_step=False)
    office = page(user=owner)
    url: str = live_server.url  # type: ignore[attr-defined]
    office.goto(f"{url}/health/")
    office.get_by_role("button", name="Unlock").click()
    office.goto(f"{url}/people/{desk.pk}/")
    office.get_by_role("button", name="Reset two-step sign-in").click()
    expect(office.get_by_text("can sign in with the password alone")).to_be_visible()
    assert AuditEvent.objects.filter(kind="second_steps_reset", person=owner).exists()
    window.goto(at(live_server, "/"))
    enter_password(window, desk.username)
    expect(window.locator(".account")).to_be_visible()
