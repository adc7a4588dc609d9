"""Retention, erasure and new keys change history in one way, which tells of itself."""

import json
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from leads.models import Lead
from medspa.audit.actors import acting
from medspa.audit.changing_history import (
    overwrite_history,
    reencrypt_history,
    remove_history,
)
from medspa.audit.events import sentence_of
from medspa.models import AuditEvent, HistoryChange
from tests.factories import LeadFactory, UserFactory

pytestmark = pytest.mark.django_db
History: Any = Lead.history.model
HASH = """
SELECT medspa_row_hash('leads_leadhistory', to_jsonb(row)), proof_kept, proof_salt
FROM leads_leadhistory row WHERE history_id = %s
"""


def proof(history_id: int) -> tuple[bytes, Any, Any]:
    with connection.cursor() as cursor:
        cursor.execute(HASH, [history_id])
        row_hash, kept, salt = cursor.fetchone()
    return row_hash, json.loads(kept or "{}"), salt


def test_rows_are_removed_and_told() -> None:
    first, second = LeadFactory(), LeadFactory()
    row = first.history.get()
    with acting(user=UserFactory(first_name="Maria")):
        assert remove_history(History, [row.pk, 0], why="older than 7 years") == 1
    assert list(History.objects.values_list("id", flat=True)) == [second.pk]
    change = HistoryChange.objects.get()
    assert (change.act, change.table_name, change.ids, change.why) == (
        "remove",
        "leads_leadhistory",
        [str(row.pk)],
        "older than 7 years",
    )
    event = AuditEvent.objects.get()
    assert event.subject_id == str(change.pk)
    assert event.occurred_at is not None
    event.full_clean()
    assert sentence_of(event) == (
        "Maria changed 1 row of history of leads (removed): older than 7 years"
    )


def test_nothing_is_told_when_there_was_nothing() -> None:
    assert remove_history(History, [1], why="retention") == 0
    assert not HistoryChange.objects.exists()
    assert not AuditEvent.objects.exists()


def test_an_overwritten_row_keeps_its_hash_and_loses_its_salt() -> None:
    row = LeadFactory(first_name="Ana", email="ana@example.com").history.get()
    before, _, salt = proof(row.pk)
    assert salt is not None
    erased = {"first_name": "Erased", "email": b"", "external_id": None}
    assert overwrite_history(History, [row.pk], erased, why="erasure") == 1
    after, kept, salt = proof(row.pk)
    row.refresh_from_db()
    assert (row.first_name, row.email, row.external_id) == ("Erased", "", None)
    assert row.phone
    assert before == after
    assert "first_name" in kept
    assert salt is None
    assert [len(one) for one in HistoryChange.objects.get().fingerprints] == [32]


def test_each_row_gets_bytes_of_its_own() -> None:
    rows = [LeadFactory().history.get() for _ in range(3)]
    ids = [row.pk for row in reversed(rows)]
    reencrypt_history(History, ids, {"phone": [b"\x03", b"\x02", b""]}, why="new key")
    stored = History.objects.in_bulk(ids)
    assert [stored[pk].__dict__["phone"] for pk in ids] == [b"\x03", b"\x02", b""]


@pytest.mark.parametrize("name", ["source", "history_type", "proof_xid", "no_such"])
def test_only_names_contacts_and_details_are_overwritten(name: str) -> None:
    row = LeadFactory().history.get()
    with pytest.raises(DatabaseError, match="can be overwritten"), transaction.atomic():
        overwrite_history(History, [row.pk], {name: "x"}, why="mischief")


@pytest.mark.parametrize("model", [Lead, HistoryChange])
def test_nothing_but_history_is_changed(model: Any) -> None:
    with (
        pytest.raises(DatabaseError, match="no table of history"),
        transaction.atomic(),
    ):
        remove_history(model, ["1"], why="mischief")


def test_history_is_closed_again_afterwards() -> None:
    row = LeadFactory().history.get()
    remove_history(History, [0], why="retention")
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        row.delete()


def test_a_removed_person_leaves_name_and_hash() -> None:
    maria = UserFactory(first_name="Maria")
    with acting(user=maria):
        row = LeadFactory().history.get()
    before, _, _ = proof(row.pk)
    maria.delete()
    row.refresh_from_db()
    assert (row.history_user_id, row.history_actor) == (None, "Maria")
    after, kept, _ = proof(row.pk)
    assert list(kept) == ["history_user_id"]
    assert before == after
