"""Signing in by username or email, and counting wrong passwords by either."""

import pytest
from axes.models import AccessAttempt
from django.test import Client

from medspa.accounts.sign_in import WRONG_SIGN_IN, counted_name
from medspa.models import User
from tests.factories import UserFactory
from tests.medspa.people.posting import GOOD

pytestmark = pytest.mark.django_db
LOGIN = "/admin/login/"


@pytest.fixture
def maria() -> User:
    person: User = UserFactory(username="maria", email="Maria@Example.com")
    person.set_password(GOOD)
    person.save()
    return person


def sign_in(said: str, password: str = GOOD) -> tuple[Client, int, str]:
    client = Client()
    answer = client.post(LOGIN, {"username": said, "password": password})
    return client, answer.status_code, answer.text


@pytest.mark.parametrize(
    "said", ["maria", "Maria", " maria ", "maria@example.com", "MARIA@EXAMPLE.COM"]
)
def test_people_sign_in_by_username_or_email(said: str, maria: User) -> None:
    client, status, _ = sign_in(said)
    assert status == 302
    assert client.session["_auth_user_id"] == maria.pk


@pytest.mark.parametrize("said", ["maria", "maria@example.com", "who", "a@b.example"])
def test_a_wrong_name_and_a_wrong_password_are_answered_alike(
    said: str, maria: User
) -> None:
    _, status, page = sign_in(said, "wrong password")
    assert status == 200
    assert WRONG_SIGN_IN.replace("'", "&#x27;") in page
    assert "Email or username" in page


def test_every_spelling_of_a_name_counts_as_one(maria: User) -> None:
    for said in ("maria", "MARIA", "maria@example.com", "Maria@example.com"):
        assert sign_in(said, "wrong password")[1] == 200
    assert sign_in(" maria", "wrong password")[1] == 429
    assert sign_in("maria@EXAMPLE.com")[1] == 429
    [name] = AccessAttempt.objects.values_list("username", flat=True)
    assert name == "maria"


def test_an_unknown_name_is_locked_like_a_known_one() -> None:
    for said in ("Who", "who", "WHO", "who ", "whO"):
        sign_in(said, "wrong password")
    assert sign_in("who", "wrong password")[1] == 429


def test_a_username_goes_before_the_same_email_and_two_that_differ_by_case_are_two(
    maria: User,
) -> None:
    other = UserFactory(username="maria@example.com")
    assert User.objects.named("maria@example.com") == other
    UserFactory(username="MARIA")
    assert User.objects.named("maria") == maria
    assert User.objects.named("Maria") is None
    assert counted_name(None, {"username": "a\0b"}) == ""


def test_nobody_without_an_email_is_meant_by_none(maria: User) -> None:
    UserFactory(email="")
    assert User.objects.named("") is None
    assert not User.objects.with_email("").exists()


def test_who_was_invited_has_no_password_to_guess() -> None:
    person = UserFactory(email="zoe@example.com", is_active=False, is_staff=False)
    person.set_unusable_password()
    person.save()
    assert sign_in("zoe@example.com", "")[1] == 200
    assert sign_in("zoe@example.com", person.password)[1] == 200
