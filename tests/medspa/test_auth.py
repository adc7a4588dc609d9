"""Signing in, being locked out, and the security headers of every answer."""

import re
from base64 import b64encode
from hashlib import sha256

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission
from django.test import Client

from medspa.accounts.auth import ClinicBackend
from medspa.models import User
from medspa.roles import FRONT_DESK, permissions_of
from tests import factories

LOGIN = "/admin/login/"


@pytest.fixture
def maria(front_desk: User) -> User:
    front_desk.set_password("correct horse battery")
    front_desk.save()
    return front_desk


def sign_in(client: Client, person: User, password: str) -> int:
    data = {"username": person.username, "password": password}
    return client.post(LOGIN, data).status_code


def test_people_start_where_their_work_starts(maria: User, client: Client) -> None:
    data = {"username": maria.username, "password": "correct horse battery"}
    answer = client.post(f"{LOGIN}?next=/", {**data, "next": "/"}, follow=True)
    assert answer.status_code == 200
    assert answer.redirect_chain[-1][0].startswith("/leads/")


def test_five_wrong_passwords_lock_the_name_from_that_address(
    maria: User, client: Client
) -> None:
    for _ in range(settings.AXES_FAILURE_LIMIT):
        sign_in(client, maria, "wrong")
    locked = client.post(
        LOGIN, {"username": maria.username, "password": "correct horse battery"}
    )
    assert locked.status_code == 429
    assert "Wait 1 minute and" in locked.content.decode()
    assert "css/site" in locked.content.decode(), "it wears the clinic's stylesheet"
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    assert sign_in(elsewhere, maria, "correct horse battery") == 302


def test_a_person_who_may_no_longer_sign_in_is_shut_out(
    maria: User, client: Client
) -> None:
    maria.is_active = False
    maria.save()
    assert sign_in(client, maria, "correct horse battery") == 200
    assert client.get("/leads/board/").status_code == 302


def test_a_session_ends(maria: User, client: Client) -> None:
    sign_in(client, maria, "correct horse battery")
    cookie = client.cookies["sessionid"]
    assert cookie["max-age"] == 12 * 60 * 60
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_pages_allow_no_inline_script_and_no_frame(
    manager: User, client: Client
) -> None:
    lead = factories.LeadFactory(admitted=True)
    client.force_login(manager)
    for address in (
        "/leads/board/",
        "/kpis/",
        "/admin/leads/lead/",
        f"/leads/{lead.pk}/",
    ):
        answer = client.get(address, follow=True)
        policy = answer["Content-Security-Policy"]
        script = re.search(r"script-src ([^;]*)", policy)
        assert script
        assert "'unsafe-inline'" not in script[1]
        assert "frame-ancestors 'none'" in policy
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Referrer-Policy"] == "same-origin"
        page = answer.content.decode()
        assert not re.search(r"<[^>]+\son(click|change|submit|load)=", page)
        [inside] = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", page, re.S)
        digest = b64encode(sha256(inside.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in script[1].split()


def test_a_form_without_its_token_is_refused(front_desk: User) -> None:
    lead = factories.LeadFactory(admitted=True)
    client = Client(enforce_csrf_checks=True)
    client.force_login(front_desk)
    assert client.post(f"/leads/{lead.pk}/move/", {}).status_code == 403


def test_somebody_without_a_role_reads_what_to_do(
    outsider: User, client: Client
) -> None:
    client.force_login(outsider)
    page = client.get("/")
    assert page.status_code == 403
    assert "have access to any pages yet" in page.content.decode()
    assert "css/site" in page.content.decode(), "it wears the clinic's stylesheet"


@pytest.mark.django_db
def test_permissions_come_with_the_person_and_a_superuser_has_all(
    maria: User, admin_user: User
) -> None:
    backend = ClinicBackend()
    loaded = backend.get_user(maria.pk)
    assert loaded is not None
    assert loaded.get_all_permissions() == permissions_of(FRONT_DESK)
    assert backend.get_all_permissions(loaded, obj=maria) == set()
    loaded.is_active = False
    assert loaded.get_all_permissions() == set()
    above = backend.get_user(admin_user.pk)
    assert above is not None
    assert len(above.get_all_permissions()) == Permission.objects.count()
    assert backend.get_user(0) is None


@pytest.mark.django_db
def test_who_may_no_longer_sign_in_is_nobody_from_then_on(maria: User) -> None:
    maria.is_active = False
    maria.save()
    assert ClinicBackend().get_user(maria.pk) is None
