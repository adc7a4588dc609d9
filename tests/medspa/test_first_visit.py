"""An empty site: its first visit makes the owner, once, with the terminal's token."""

from datetime import timedelta
from io import StringIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from medspa import clock
from medspa.models import JobRun, OwnerLink, User
from medspa.roles import ADMINISTRATOR
from medspa.setup.announcing import default_site
from medspa.setup.models import the_clinic
from medspa.setup.owner import (
    HAS_OWNER,
    NewOwner,
    OwnerRefused,
    hash_of,
    make_owner,
    make_owner_link,
)

pytestmark = pytest.mark.django_db
ENTERED = {
    "first_name": "Olga",
    "username": "olga",
    "email": "olga@example.com",
    "password": "violet-otter-7719",
    "password_again": "violet-otter-7719",
    "clinic_name": "Glow Med Spa",
    "country": "GB",
    "time_zone": "Europe/London",
}
NEW = NewOwner(
    first_name="Olga",
    username="olga",
    email="olga@example.com",
    password="violet-otter-7719",
    clinic_name="Glow",
    country="US",
    time_zone="America/New_York",
    currency="USD",
    week_start=0,
)


def new_token() -> str:
    link = make_owner_link("https://crm.example.com")
    assert link.startswith("https://crm.example.com/welcome/?token=")
    return parse_qs(urlsplit(link).query)["token"][0]


def send(client: Client, token: str, **typed: str) -> Any:
    return client.post("/welcome/", {**ENTERED, "token": token, **typed})


def test_whoever_visits_an_empty_site_is_told_where_the_link_is(client: Client) -> None:
    answer = client.get("/", follow=True)
    assert [address for address, _ in answer.redirect_chain][-1] == "/welcome/"
    assert "manage.py owner_link" in answer.content.decode()


def test_the_link_makes_the_owner_and_names_the_clinic(client: Client) -> None:
    token = new_token()
    assert "Create owner" in client.get(f"/welcome/?token={token}").content.decode()
    assert send(client, token)["Location"] == "/"
    owner = User.objects.get()
    assert list(owner.groups.values_list("name", flat=True)) == [ADMINISTRATOR]
    clinic = the_clinic()
    assert (clinic.name, clinic.currency, clinic.week_start) == (
        "Glow Med Spa",
        "GBP",
        1,
    )
    assert str(clinic.history.latest().history_user) == "Olga"
    # Signed in, the list of what to do comes first.
    page = client.get("/", follow=True)
    assert page.redirect_chain == [("/setup/", 302)]
    assert "<title>Get started | Glow Med Spa</title>" in page.content.decode()


def test_the_token_is_kept_only_as_its_hash() -> None:
    token = new_token()
    kept = OwnerLink.objects.values_list("token_hash", flat=True)
    assert list(kept) == [hash_of(token)]
    assert token not in hash_of(token)


def test_a_token_works_once(client: Client) -> None:
    token, other = new_token(), new_token()
    send(client, token)
    User.objects.update(is_active=False)  # as if nobody could sign in again
    client.logout()
    assert "already used" in send(client, token).content.decode()
    assert "not valid" in send(client, other).content.decode()
    assert User.objects.count() == 1


@pytest.mark.parametrize("token", ["", "x", "é" * 500])
def test_without_a_valid_token_nothing_is_made(client: Client, token: str) -> None:
    new_token()
    assert send(client, token).status_code in (200, 403)
    assert client.get("/welcome/", {"token": token}).status_code in (200, 403)
    assert not User.objects.exists()


def test_a_token_expires(client: Client) -> None:
    token = new_token()
    OwnerLink.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    answer = send(client, token)
    assert answer.status_code == 403
    assert "This link has expired." in answer.content.decode()
    assert not User.objects.exists()


def test_of_two_owners_at_once_the_second_is_refused() -> None:
    """The lock lets the second look only when the first has been made."""
    first, second = new_token(), new_token()
    make_owner(first, NEW)
    with pytest.raises(OwnerRefused, match="already has an owner"):
        make_owner(second, NEW)
    assert User.objects.count() == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"password": "12345678", "password_again": "12345678"}, "Use at least 10"),
        ({"password_again": "another"}, "The two passwords aren&#x27;t the same."),
        ({"username": "o l g a"}, "Enter a valid username"),
        ({"email": "olga"}, "Enter an email address like name@example.com."),
        ({"time_zone": "Mars/Olympus"}, "Choose from the list"),
        ({"clinic_name": ""}, "This field is required."),
    ],
)
def test_what_can_not_be_is_told_and_the_token_stays_good(
    client: Client, typed: dict[str, str], sentence: str
) -> None:
    token = new_token()
    assert sentence in send(client, token, **typed).content.decode()
    assert not User.objects.exists()
    assert send(client, token).status_code == 302


def test_a_site_with_somebody_has_no_first_visit(
    client: Client, front_desk: User
) -> None:
    assert client.get("/welcome/?token=x")["Location"] == "/"
    assert client.post("/welcome/", ENTERED)["Location"] == "/"
    assert client.get("/admin/login/").status_code == 200
    with pytest.raises(OwnerRefused):
        make_owner_link("https://crm.example.com")


def test_the_command_prints_the_link_or_says_why_not(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = StringIO()
    call_command("owner_link", site="https://crm.example.com/", stdout=told)
    assert "https://crm.example.com/welcome/?token=" in told.getvalue()
    User.objects.create(username="somebody")
    with pytest.raises(CommandError, match=HAS_OWNER[:20]):
        call_command("owner_link")


@pytest.mark.parametrize(
    ("address", "site"),
    [
        ("https://crm.example.com", "https://crm.example.com"),
        ("", "https://example.org"),
    ],
)
def test_the_link_begins_with_what_the_settings_say_of_the_site(
    settings: Any, address: str, site: str
) -> None:
    settings.SITE_URL, settings.DEBUG = address, False
    settings.ALLOWED_HOSTS = [".example.org", "127.0.0.1"]
    assert default_site() == site


@pytest.mark.parametrize(
    ("arguments", "site"),
    [
        (["runserver"], "http://127.0.0.1:8000"),
        (["runserver", "8151"], "http://127.0.0.1:8151"),
        (["runserver", "--noreload", "localhost:8151"], "http://localhost:8151"),
        (["runserver", "0.0.0.0:8151"], "http://127.0.0.1:8151"),
        (["owner_link", "8151"], "http://127.0.0.1:8000"),
    ],
)
def test_the_link_of_a_trial_begins_with_where_it_is_served(
    settings: Any, monkeypatch: pytest.MonkeyPatch, arguments: list[str], site: str
) -> None:
    settings.SITE_URL, settings.DEBUG = "", True
    monkeypatch.setattr("sys.argv", ["manage.py", *arguments])
    assert default_site() == site


def test_names_are_kept_without_what_nobody_sees(client: Client) -> None:
    names = {"first_name": "\u202eOlga\x07", "clinic_name": "Glow\x07Med\u200b Spa"}
    assert send(client, new_token(), **names).status_code == 302
    assert User.objects.get().first_name == "Olga"
    assert the_clinic().name == "Glow Med Spa"


def test_leads_that_came_before_the_owner_move_to_the_clinic_s_time_zone(
    client: Client,
) -> None:
    assert the_clinic().time_zone != ENTERED["time_zone"]
    send(client, new_token())
    assert JobRun.objects.get().title == "Recalculating reports for London time"


def test_an_owner_who_keeps_the_time_zone_moves_nothing(client: Client) -> None:
    send(client, new_token(), time_zone=the_clinic().time_zone)
    assert not JobRun.objects.exists()
