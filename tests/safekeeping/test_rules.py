"""Every rule of holds, certificates, requests and the ledger, both ways."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, models, transaction

from safekeeping.models import Certificate, ErasedLead
from tests.factories import (
    CertificateFactory,
    ErasedLeadFactory,
    ErasureRequestFactory,
    LeadFactory,
    LegalHoldFactory,
    RetentionNightFactory,
    SuppressedContactFactory,
)
from tests.rules import Rule, refusal_in_sql, refusal_in_words

pytestmark = pytest.mark.django_db


def before_it_was_placed(row: models.Model) -> dict[str, object]:
    return {"lifted_at": row.placed_at - timedelta(seconds=1)}


def decided_by_who_asked(row: models.Model) -> dict[str, object]:
    return {
        "state": "done",
        "decided_by": row.requested_by,
        "decided_at": row.requested_at,
    }


def lead_of_another_request(row: models.Model) -> dict[str, object]:
    return {"lead": ErasureRequestFactory().lead}


RULES = (
    Rule(
        "safekeeping_legalhold_reason_is_known",
        LegalHoldFactory,
        {"reason": "other"},
        "Choose from the list.",
        place="reason",
    ),
    Rule(
        "safekeeping_legalhold_lifted_after_placed",
        LegalHoldFactory,
        before_it_was_placed,
        "A hold can't be lifted before it was placed.",
    ),
    Rule(
        "safekeeping_erasurerequest_reason_is_known",
        ErasureRequestFactory,
        {"reason": "other"},
        "Choose from the list.",
        place="reason",
    ),
    Rule(
        "safekeeping_erasurerequest_state_is_known",
        ErasureRequestFactory,
        {"state": "maybe"},
        "A request waits, is done or was declined.",
        behind=("safekeeping_erasurerequest_decided_by_somebody",),
    ),
    Rule(
        "safekeeping_erasurerequest_one_waits",
        ErasureRequestFactory,
        lead_of_another_request,
        "A request for this lead is waiting already.",
        place="lead",
    ),
    Rule(
        "safekeeping_erasurerequest_by_two_people",
        ErasureRequestFactory,
        decided_by_who_asked,
        "Another administrator has to approve this.",
    ),
    Rule(
        "safekeeping_erasurerequest_decided_by_somebody",
        ErasureRequestFactory,
        {"state": "declined"},
        "A decided request names who decided it.",
    ),
)


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_a_person_reads_the_sentence(rule: Rule) -> None:
    words = refusal_in_words(rule)
    assert rule.sentence in [one for told in words.values() for one in told]


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_the_database_refuses_it(rule: Rule) -> None:
    assert refusal_in_sql(rule) == rule.name


BAD = {
    "safekeeping_retentionnight_counts_missed": (
        RetentionNightFactory,
        "missed = -1",
    ),
    "safekeeping_retentionnight_counts_is_an_object": (
        RetentionNightFactory,
        "counts_json = '[]'",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_night_that_can_not_be_is_refused(name: str) -> None:
    make, change = BAD[name]
    make()
    with (
        pytest.raises(IntegrityError, match=name),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE safekeeping_retentionnight SET {change}")  # noqa: S608


WRONG = (
    (Certificate(kind="gift", content_json={}, signature="0" * 64), "kind_is_known"),
    (Certificate(kind="erasure", content_json={}, signature="x"), "is_signed"),
    (ErasedLead(lead_id="c1", id_hash="x"), "hash_is_sha256"),
    (SuppressedContactFactory.build(digest="x"), "is_hmac"),
)


@pytest.mark.parametrize(("row", "name"), WRONG, ids=lambda one: str(one)[:20])
def test_a_proof_that_can_not_be_is_refused(row: models.Model, name: str) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.parametrize("make", [CertificateFactory, ErasedLeadFactory])
def test_a_proof_is_never_changed(make: type) -> None:
    row = make()
    table, key = row._meta.db_table, row._meta.pk.column
    for statement in (
        f"DELETE FROM {table}",  # noqa: S608
        f"UPDATE {table} SET {key} = 'x'",  # noqa: S608
    ):
        with (
            pytest.raises(IntegrityError, match="never changed"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_a_hold_ends_today_at_the_earliest() -> None:
    hold = LegalHoldFactory.build(lead=LeadFactory(), placed_by=None)
    hold.until_on = hold.placed_at.date() - timedelta(days=3)
    with pytest.raises(Exception, match="today or a later day"):
        hold.full_clean()


def test_an_erased_lead_is_known_once() -> None:
    one = ErasedLeadFactory()
    with (
        pytest.raises(IntegrityError, match="safekeeping_erasedlead_id_hash_key"),
        transaction.atomic(),
    ):
        ErasedLeadFactory(id_hash=one.id_hash)


def test_an_erased_lead_keeps_no_name() -> None:
    lead = LeadFactory(first_name="Ana")
    with (
        pytest.raises(IntegrityError, match="leads_lead_erased_is_nobody"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "UPDATE leads_lead SET erased_at = now() WHERE id = %s", [lead.pk]
        )
