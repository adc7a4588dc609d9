"""The constraints of people and of emailed links, by a form and by SQL."""

from datetime import timedelta

import pytest
from django.utils import timezone

from medspa.models import EmailedLink, User
from tests.factories import EmailedLinkFactory, UserFactory
from tests.rules import Rule, refusal_in_sql, refusal_in_words

pytestmark = pytest.mark.django_db


def anothers_email(person: User) -> dict[str, object]:
    UserFactory(email="maria@example.com")
    return {"email": "MARIA@example.com"}


def an_open_one(link: EmailedLink) -> dict[str, object]:
    EmailedLinkFactory(person=link.person)
    return {"revoked_at": None}


RULES = [
    Rule(
        "medspa_user_email_is_unique",
        lambda: UserFactory(password="!"),
        anothers_email,
        "Someone else already has this email.",
    ),
    Rule(
        "medspa_emailedlink_kind_is_known",
        EmailedLinkFactory,
        {"kind": "postcard"},
        "Choose from the list.",
        "kind",
    ),
    Rule(
        "medspa_emailedlink_has_an_address",
        EmailedLinkFactory,
        {"email": ""},
        "This field is required.",
        "email",
    ),
    Rule(
        "medspa_emailedlink_expires_later",
        EmailedLinkFactory,
        lambda link: {"expires_at": link.created_at - timedelta(days=1)},
        "A link expires after it was created.",
    ),
    Rule(
        "medspa_emailedlink_ends_once",
        EmailedLinkFactory,
        {"used_at": timezone.now(), "revoked_at": timezone.now()},
        "A link that was used can't be revoked.",
    ),
    Rule(
        "medspa_emailedlink_is_the_only_open_one",
        lambda: EmailedLinkFactory(revoked_at=timezone.now()),
        an_open_one,
        "There is already an open link.",
    ),
]


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_a_form_is_told(rule: Rule) -> None:
    assert refusal_in_words(rule).get(rule.place) == [rule.sentence]


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_sql_is_refused(rule: Rule) -> None:
    assert refusal_in_sql(rule) == rule.name


def test_people_without_an_email_are_many() -> None:
    for person in UserFactory.create_batch(2, email="", password="!"):
        person.full_clean()
