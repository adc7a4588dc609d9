"""Every rule of keys, their secrets and kept answers, both ways."""

from datetime import timedelta

import pytest
from django.db import models

from api.models import ApiSecret, IdempotentAnswer
from tests.factories import ApiKeyFactory
from tests.rules import Rule, refusal_in_sql, refusal_in_words

pytestmark = pytest.mark.django_db


def secret() -> ApiSecret:
    row: ApiSecret = ApiSecret.objects.create(key=ApiKeyFactory(), digest=b"s" * 32)
    return row


def answer() -> IdempotentAnswer:
    row: IdempotentAnswer = IdempotentAnswer.objects.create(
        key=ApiKeyFactory(),
        name_digest=b"n" * 32,
        body_digest=b"b" * 32,
        status=201,
        answer="{}",
    )
    return row


def another_secret(row: models.Model) -> dict[str, object]:
    key = ApiKeyFactory()
    ApiSecret.objects.create(key=key, digest=b"t" * 32)
    return {"key": key}


def another_answer(row: models.Model) -> dict[str, object]:
    key = ApiKeyFactory()
    IdempotentAnswer.objects.create(
        key=key, name_digest=b"n" * 32, body_digest=b"x" * 32, status=201, answer="{}"
    )
    return {"key": key}


def before_it_was_made(row: models.Model) -> dict[str, object]:
    return {"expires_at": row.created_at - timedelta(seconds=1)}


RULES = (
    Rule(
        "api_apikey_has_a_name",
        ApiKeyFactory,
        {"name": ""},
        "This field is required.",
        place="name",
    ),
    Rule(
        "api_apikey_prefix_is_short",
        ApiKeyFactory,
        {"prefix": "UPPER123"},
        "A prefix has eight letters and digits.",
    ),
    Rule(
        "api_apikey_has_scopes",
        ApiKeyFactory,
        {"scopes": []},
        "This field is required.",
        place="scopes",
    ),
    Rule(
        "api_apikey_limit_is_possible",
        ApiKeyFactory,
        {"requests_per_minute": 0},
        "Enter a limit from 1 to 60,000 requests a minute.",
        place="requests_per_minute",
    ),
    Rule(
        "api_apikey_expires_after_it_was_made",
        ApiKeyFactory,
        before_it_was_made,
        "The last day can't be in the past.",
        place="expires_at",
    ),
    Rule(
        "api_apisecret_digest_is_sha256",
        secret,
        {"digest": b"short"},
        "A secret is kept as its SHA-256.",
    ),
    Rule(
        "api_apisecret_one_without_an_end",
        secret,
        another_secret,
        "The key has another secret without an end.",
    ),
    Rule(
        "api_idempotentanswer_once_a_key",
        answer,
        another_answer,
        "This request was answered already.",
        place="key",
    ),
    Rule(
        "api_idempotentanswer_name_is_sha256",
        answer,
        {"name_digest": b"short"},
        "The key is kept as its SHA-256.",
    ),
    Rule(
        "api_idempotentanswer_body_is_sha256",
        answer,
        {"body_digest": b"short"},
        "The body is kept as its SHA-256.",
    ),
)


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_a_person_reads_the_sentence(rule: Rule) -> None:
    assert rule.sentence in refusal_in_words(rule).get(rule.place, [])


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_the_database_refuses_it(rule: Rule) -> None:
    assert refusal_in_sql(rule) == rule.name
