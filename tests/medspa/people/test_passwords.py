"""Which passwords are refused, changing one's own, and a new one by email."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from medspa.accounts import passwords
from medspa.accounts.lockout import locks
from medspa.accounts.people.resetting import MOST_PER_ADDRESS, MOST_PER_EMAIL
from medspa.accounts.reset_requests import ResetRequest, hash_of
from medspa.models import User
from tests.clinics import ChangeClinic
from tests.factories import UserFactory
from tests.medspa.people.posting import GOOD, act, link_in, queued, send_queued

ZOE = User(first_name="Zoe", last_name="Lopez", email="zlop@example.com")


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("Xk7#pq2", passwords.TOO_SHORT),
        ("password123", passwords.TOO_COMMON),
        ("1234567890", passwords.TOO_COMMON),
        ("aaaaaaaaaaaaaa", passwords.TOO_EASY),
        ("zxcvbnm,./zxcv", passwords.TOO_EASY),
        ("20261127202611", passwords.TOO_EASY),
        ("GlowSkin2026!", passwords.OWN_WORDS),
        ("glowskinglowskin", passwords.TOO_EASY),
        ("medspagrowthhub", passwords.OWN_WORDS),
        ("ZoeLopez1990", passwords.OWN_WORDS),
        ("zlop@example.com", passwords.OWN_WORDS),
        (GOOD, ""),
        ("otter lamp glow violin", ""),
        ("x" * 20 + "otter lamp violin" * 300, ""),
    ],
)
def test_a_password_that_is_easily_guessed_is_refused(
    password: str, sentence: str, clinic_is: ChangeClinic
) -> None:
    clinic_is(name="Glow Skin")
    assert passwords.refuse_password(password, ZOE) == sentence


def test_the_refusal_is_one_sentence() -> None:
    with pytest.raises(ValidationError) as refusal:
        validate_password("password", ZOE)
    assert refusal.value.messages == [passwords.TOO_SHORT]


# Changing one's own -----------------------------------------------------------------


@pytest.fixture
def maria(db: None) -> User:
    person: User = UserFactory(username="maria", email="maria@example.com")
    person.set_password(GOOD)
    person.save()
    return person


def change(client: Client, old: str, new: str) -> str:
    data = {"old_password": old, "new_password1": new, "new_password2": new}
    return client.post(reverse("change_password"), data, follow=True).text


def test_people_change_their_password_and_stay_signed_in_here_alone(
    maria: User,
) -> None:
    here, there = Client(), Client()
    for client in (here, there):
        client.force_login(maria)
    assert "isn&#x27;t your current password" in change(
        here, "wrong", "violin lamp otter"
    )
    assert "Use at least 10 characters." in change(here, GOOD, "short")
    assert "Password changed." in change(here, GOOD, "violin lamp otter")
    assert here.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 302
    assert maria.history.first().history_change_reason == "password changed"
    [notice] = send_queued()
    assert notice.to == ["maria@example.com"]


# Forgotten --------------------------------------------------------------------------


def forget(email: str, **meta: str) -> tuple[int, str]:
    answer = Client(**meta).post(reverse("forgot_password"), {"email": email})
    return answer.status_code, answer.text.replace(email, "EMAIL")


def test_a_forgotten_password_is_replaced_by_a_link(maria: User) -> None:
    for _ in range(5):
        Client().post("/admin/login/", {"username": "maria", "password": "wrong"})
    assert locks()
    forget("MARIA@example.com")
    [message] = send_queued()
    assert message.to == ["maria@example.com"]
    assert "Your username is maria." in message.body
    client, new = Client(), "violin lamp otter"
    data = {"new_password1": new, "new_password2": new}
    assert client.get(link_in(message)).status_code == 200
    page = client.post(link_in(message), data, follow=True).text
    assert "Your password was changed." in page
    assert client.post(link_in(message), data).status_code == 410, "it works once"
    assert not locks()
    said = {"username": "maria@example.com", "password": new}
    assert client.post("/admin/login/", said).status_code == 302
    assert maria.history.first().history_user == maria


def test_the_answer_does_not_say_whether_anyone_has_the_email(maria: User) -> None:
    known, unknown = forget("maria@example.com"), forget("who@example.com")
    assert known == unknown
    assert known[0] == 200
    assert len(queued()) == 2, "as much is done for both"
    assert len(send_queued()) == 1


def test_who_cannot_sign_in_gets_no_link(maria: User) -> None:
    maria.is_active = False
    maria.save()
    forget("maria@example.com")
    assert send_queued() == []


def test_a_link_ends_with_the_person_and_with_their_email(maria: User) -> None:
    forget("maria@example.com")
    [message] = send_queued()
    User.objects.filter(pk=maria.pk).update(email="other@example.com")
    assert Client().get(link_in(message)).status_code == 410
    User.objects.filter(pk=maria.pk).update(email="maria@example.com")
    assert Client().get(link_in(message)).status_code == 200
    User.objects.filter(pk=maria.pk).update(is_active=False)
    assert Client().get(link_in(message)).status_code == 410


def test_nobody_asks_more_than_a_few_times_an_hour(maria: User) -> None:
    for email in ("maria@example.com", "who@example.com"):
        for _ in range(MOST_PER_EMAIL):
            assert forget(email)[0] == 200
        status, page = forget(email.upper())
        assert status == 429
        assert "Try again in 60 minutes, or ask an administrator." in page


def test_an_address_that_asks_for_many_waits(db: None) -> None:
    ResetRequest.objects.bulk_create(
        ResetRequest(email_hash=hash_of(str(number)), address="203.0.113.9")
        for number in range(MOST_PER_ADDRESS)
    )
    assert forget("a@example.com", REMOTE_ADDR="203.0.113.9")[0] == 429
    assert forget("a@example.com", REMOTE_ADDR="203.0.113.8")[0] == 200


def test_an_administrator_sends_a_link_or_shows_it_where_email_is_not_set_up(
    office: Client, maria: User, settings: Settings
) -> None:
    page = act(office, "reset_password", maria)
    assert "/account/reset/" in page
    assert queued() == []
    address = reverse("person", args=[maria.pk])
    assert "/account/reset/" not in office.get(address).text, "shown once"
    reason = maria.history.first().history_change_reason
    assert reason == "password link sent"
    settings.EMAIL_URL = "smtp://mail.example.com"
    page = act(office, "reset_password", maria)
    assert "goes to maria@example.com" in page
    assert len(send_queued()) == 1
    User.objects.filter(pk=maria.pk).update(email="")
    assert "Add an email first" in act(office, "reset_password", maria)
