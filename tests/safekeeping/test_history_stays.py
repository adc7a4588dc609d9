"""Nobody changes, removes or empties history, the audit log and seals."""

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from medspa.models import AuditEvent, HistoryChange
from safekeeping.models import Seal, SealedRows
from tests.factories import LeadFactory

pytestmark = pytest.mark.django_db

PROOF = {"proof_salt", "proof_xid", "proof_kept", "proof_change"}
COLUMNS = """
SELECT attrelid::regclass::text, array_agg(attname::text) FROM pg_attribute
WHERE attname LIKE 'proof\\_%%' AND NOT attisdropped
    AND attrelid::regclass::text = ANY(%s)
GROUP BY 1
"""
KEEPERS = """
SELECT tgrelid::regclass::text, array_agg(tgname::text ORDER BY tgname) FROM pg_trigger
WHERE tgenabled = 'O' AND NOT tgisinternal
    AND (tgname LIKE '%_stays' OR tgname LIKE '%_is_never_emptied') GROUP BY 1
"""


def histories() -> list[str]:
    return [
        model._meta.db_table
        for model in apps.get_models()
        if hasattr(model, "instance_type") or hasattr(model, "m2m_history_id")
    ]


def proved() -> list[str]:
    return [*histories(), AuditEvent._meta.db_table, HistoryChange._meta.db_table]


def test_every_history_has_the_columns_that_prove_it() -> None:
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS, [proved()])
        found = {table: set(names) for table, names in cursor.fetchall()}
    assert len(found) > 25
    assert found == dict.fromkeys(proved(), PROOF)


def test_every_history_and_seal_is_kept_by_triggers() -> None:
    with connection.cursor() as cursor:
        cursor.execute(KEEPERS)
        found = dict(cursor.fetchall())
    tables = [*proved(), Seal._meta.db_table, SealedRows._meta.db_table]
    for table in tables:
        assert found.get(table) == [f"{table}_is_never_emptied", f"{table}_stays"]


def refusal(statement: str) -> str:
    with (
        pytest.raises(IntegrityError) as error,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement)
    return str(error.value)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE leads_leadhistory SET first_name = 'Bea'",
        "UPDATE leads_leadhistory SET email = ''",
        "UPDATE leads_leadhistory SET proof_xid = proof_xid + 1",
        "UPDATE leads_leadhistory SET proof_salt = gen_random_uuid()",
        "DELETE FROM leads_leadhistory",
        "SET LOCAL medspa.history_may_change = ''; DELETE FROM leads_leadhistory",
    ],
)
def test_history_is_never_changed(statement: str) -> None:
    LeadFactory(first_name="Ada")
    assert "History is never changed." in refusal(statement)


@pytest.mark.parametrize("table", ["leads_leadhistory", "medspa_auditevent"])
def test_history_is_never_emptied(table: str) -> None:
    assert "History is never emptied." in refusal(f"TRUNCATE {table} CASCADE")


def salted(model: type[models.Model]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM {model._meta.db_table}"  # noqa: S608
            " WHERE proof_salt IS NOT NULL AND proof_xid IS NOT NULL"
        )
        return int(cursor.fetchone()[0])


def test_a_new_row_has_its_salt_and_transaction() -> None:
    lead = LeadFactory()
    assert salted(type(lead).history.model) == lead.history.count() == 1
