"""Making, rotating and revoking keys, and whose requests are answered."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from api.ground.problems import Problem
from api.keys.checking import count_request, find_holder
from api.keys.making import KeyRefused, NewKey, make_key, revoke_key, rotate_key
from api.models import ApiKey, ApiSecret
from medspa import clock
from medspa.accounts.sessions import PROVED
from medspa.ids import new_id
from medspa.models import AuditEvent, User
from tests.api.keys import key_of


def refusal(text: str, address: str = "203.0.113.7") -> tuple[int, str]:
    with pytest.raises(Problem) as refused:
        find_holder(f"Bearer {text}", address)
    return refused.value.status, refused.value.code


def test_a_key_finds_its_owner_and_its_scopes(manager: User) -> None:
    shown = key_of(manager, ("leads:write",))
    holder = find_holder(f"Bearer {shown.secret.text}", "203.0.113.7")
    assert holder.person == manager
    assert holder.covers("leads:read")
    assert not holder.covers("payments:read")
    assert not holder.sees_contacts


def test_the_database_keeps_no_secret(manager: User) -> None:
    shown = key_of(manager)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_jsonb(k)::text || to_jsonb(s)::text FROM api_apikey k"
            " JOIN api_apisecret s ON s.key_id = k.id"
        )
        stored = cursor.fetchone()[0]
    assert shown.secret.text.rpartition("_")[2] not in stored
    assert shown.secret.text not in repr(shown)


@pytest.mark.parametrize("text", ["", "msk_", "msk_00000000_short", "x" * 5_000, "\0"])
def test_what_is_no_key_is_refused(text: str, db: None) -> None:
    assert refusal(text) == (401, "key_unknown")


def test_a_revoked_key_is_refused_at_once(manager: User) -> None:
    shown = key_of(manager)
    revoke_key(shown.key.pk, manager)
    assert refusal(shown.secret.text) == (401, "key_revoked")
    with pytest.raises(KeyRefused, match="already revoked"):
        revoke_key(shown.key.pk, manager)


def test_both_secrets_work_while_a_key_is_rotated(manager: User) -> None:
    old = key_of(manager)
    new = rotate_key(old.key.pk, 24, manager)
    for shown in (old, new):
        assert find_holder(f"Bearer {shown.secret.text}", "").key == old.key
    rotate_key(old.key.pk, 0, manager)
    assert refusal(old.secret.text) == (401, "key_expired")
    assert refusal(new.secret.text) == (401, "key_expired")


def test_an_expired_key_is_refused(manager: User) -> None:
    shown = key_of(manager, expires_at=clock.now() + timedelta(hours=1))
    assert find_holder(f"Bearer {shown.secret.text}", "")
    ApiKey.objects.update(
        created_at=clock.now() - timedelta(days=2),
        expires_at=clock.now() - timedelta(days=1),
    )
    assert refusal(shown.secret.text) == (401, "key_expired")


def test_a_key_is_refused_from_elsewhere(manager: User) -> None:
    shown = key_of(manager, addresses=("203.0.113.0/24", "2001:db8::/32"))
    for address in ("203.0.113.9", "2001:db8::1"):
        assert find_holder(f"Bearer {shown.secret.text}", address)
    for address in ("198.51.100.1", ""):
        assert refusal(shown.secret.text, address) == (403, "address_not_allowed")


def test_a_key_ends_with_its_owners_access(manager: User) -> None:
    shown = key_of(manager)
    User.objects.filter(pk=manager.pk).update(is_active=False)
    assert refusal(shown.secret.text) == (401, "owner_inactive")


def test_nobody_makes_a_key_for_who_cannot_sign_in(
    administrator: User, manager: User
) -> None:
    manager.is_staff = False
    with pytest.raises(KeyRefused, match="can't sign in"):
        make_key(NewKey("Zapier", manager, ("leads:read",)), administrator)


def test_a_key_has_only_scopes_of_the_list(manager: User) -> None:
    with pytest.raises(KeyRefused, match="from the list"):
        key_of(manager, ("leads:everything",))


def test_addresses_are_checked(manager: User) -> None:
    with pytest.raises(KeyRefused, match="Enter IP addresses"):
        key_of(manager, addresses=("example.com",))


def test_above_its_limit_a_key_has_to_wait(manager: User) -> None:
    key = key_of(manager, requests_per_minute=2).key
    assert [count_request(key).remaining for _ in range(2)] == [1, 0]
    with pytest.raises(Problem) as refused:
        count_request(key)
    assert refused.value.status == 429
    headers = refused.value.headers
    assert headers["RateLimit-Limit"] == "2"
    assert headers["RateLimit-Remaining"] == "0"
    assert headers["Retry-After"] == headers["RateLimit-Reset"]
    assert 0 < int(headers["Retry-After"]) <= 60


def test_what_is_done_with_keys_is_in_the_audit_log(manager: User) -> None:
    shown = key_of(manager)
    rotate_key(shown.key.pk, 1, manager)
    revoke_key(shown.key.pk, manager)
    kinds = AuditEvent.objects.filter(subject_id=shown.key.pk).order_by("id")
    assert {event.kind for event in kinds} == {
        "api_key_made",
        "api_key_rotated",
        "api_key_revoked",
    }
    assert {event.details["key"] for event in kinds} == {shown.key.prefix}


FORM = {
    "name": "Zapier",
    "requests_per_minute": "60",
    "leads": "write",
    "contacts": "on",
    "addresses": "203.0.113.7\n",
}


@pytest.fixture
def as_administrator(client: Client, administrator: User) -> Client:
    client.force_login(administrator)
    return client


def test_the_page_shows_a_new_key_once(
    as_administrator: Client, administrator: User, manager: User
) -> None:
    answer = as_administrator.post(reverse("add_api_key"), FORM | {"owner": manager.pk})
    shown: Any = answer.context["shown"]  # type: ignore[index]
    assert shown.secret.text in answer.content.decode()
    key = ApiKey.objects.get()
    assert (key.owner, key.made_by) == (manager, administrator)
    assert key.scopes == ["leads:write", "contacts:read"]
    assert key.addresses == ["203.0.113.7/32"]
    again = as_administrator.get(reverse("api_keys")).content.decode()
    assert shown.secret.text not in again
    assert f"msk_{key.prefix}" in again


def test_a_key_without_scopes_is_refused(
    as_administrator: Client, manager: User
) -> None:
    form = {"name": "Zapier", "requests_per_minute": "60", "owner": manager.pk}
    answer = as_administrator.post(reverse("add_api_key"), form)
    assert answer.status_code == 422
    assert "Choose what the key may do." in answer.content.decode()
    assert not ApiKey.objects.exists()


def test_the_page_rotates_and_revokes(as_administrator: Client, manager: User) -> None:
    key = key_of(manager).key
    page = as_administrator.post(
        reverse("rotate_api_key", args=[key.pk]), {"overlap": "24"}
    )
    assert page.context["shown"].secret.text in page.content.decode()  # type: ignore[index]
    assert ApiSecret.objects.filter(key=key).count() == 2
    as_administrator.post(reverse("revoke_api_key", args=[key.pk]))
    key.refresh_from_db()
    assert key.revoked_at
    refused = as_administrator.post(
        reverse("rotate_api_key", args=[key.pk]), {"overlap": "24"}, follow=True
    )
    assert "no longer works" in refused.content.decode()


def test_a_form_sent_twice_makes_one_key_and_one_new_secret(
    as_administrator: Client, manager: User
) -> None:
    form = FORM | {"owner": manager.pk, "row_key": new_id()}
    for _ in range(2):
        answer = as_administrator.post(reverse("add_api_key"), form)
    assert answer.status_code == 422
    assert "sent twice" in answer.content.decode()
    key = ApiKey.objects.get()
    rotate = reverse("rotate_api_key", args=[key.pk])
    sent = {"overlap": "0", "row_key": new_id(), "of": key.pk}
    shown = as_administrator.post(rotate, sent).context["shown"]  # type: ignore[index]
    again = as_administrator.post(rotate, sent, follow=True)
    assert "sent twice" in again.content.decode()
    [working] = ApiSecret.objects.filter(key=key, ends_at=None)
    assert bytes(working.digest) == shown.secret.digest


def test_making_a_key_asks_who_it_is(as_administrator: Client, manager: User) -> None:
    session = as_administrator.session
    session.pop(PROVED)
    session.save()
    answer = as_administrator.post(reverse("add_api_key"), FORM | {"owner": manager.pk})
    assert answer.status_code == 403
    assert not ApiKey.objects.exists()
