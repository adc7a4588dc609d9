"""Whoever changes history, the audit log or the seals past every trigger is found."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from leads.models import Lead
from medspa.audit.changing_history import (
    overwrite_history,
    reencrypt_history,
    remove_history,
)
from medspa.models import AuditEvent, User
from safekeeping.models import Seal, SealedRows
from safekeeping.seals import verifying
from safekeeping.seals.sealing import seal_export
from safekeeping.seals.verifying import (
    Verified,
    check_chain,
    check_export,
    check_rows,
)
from tests.safekeeping.sealed import sealed_clinic

LEADS = "leads_leadhistory"
# Short for, in the statements below.
NAMES = {
    "LEADS": LEADS,
    "OLDEST": "(SELECT min(history_id) FROM leads_leadhistory)",
    "NEWEST": "(SELECT max(history_id) FROM leads_leadhistory)",
    "FIRST_EVENT": "(SELECT min(id) FROM medspa_auditevent)",
}
COPIED = "CREATE TEMP TABLE copied ON COMMIT DROP AS SELECT * FROM leads_leadhistory"
INSERTED = """
CREATE TEMP TABLE copied ON COMMIT DROP AS SELECT * FROM LEADS;
DELETE FROM copied WHERE history_id <> OLDEST;
UPDATE copied SET history_id = 900001;
INSERT INTO LEADS SELECT * FROM copied
"""
SWAPPED = """
UPDATE LEADS one SET first_name = other.first_name, email = other.email,
    proof_salt = other.proof_salt
FROM LEADS other
WHERE one.history_id IN (OLDEST, NEWEST) AND other.history_id IN (OLDEST, NEWEST)
    AND one.history_id <> other.history_id
"""
FORGED_KEPT = """
UPDATE LEADS row SET proof_kept = medspa_kept_hashes(to_jsonb(row)),
    proof_salt = NULL, first_name = 'Eva'
"""
FORGED_PERSON = """
UPDATE LEADS row SET history_user_id = NULL, proof_kept = jsonb_build_object(
    'history_user_id', medspa_kept_hashes(to_jsonb(row)) -> 'history_user_id'
)
"""
REWRITTEN = (
    "UPDATE safekeeping_sealedrows SET hashes[1] = sha256('x') WHERE seal_id = 1"
)
TWO_SEALS = """
UPDATE safekeeping_seal SET number = -1 WHERE number = 1;
UPDATE safekeeping_seal SET number = 1 WHERE number = 2;
UPDATE safekeeping_seal SET number = 2 WHERE number = -1;
UPDATE safekeeping_sealedrows SET seal_id = 3 - seal_id WHERE seal_id IN (1, 2)
"""
# What is done, and the word by which it is found.
TAMPERING = {
    "a name": ("UPDATE LEADS SET first_name = 'Eva'", "was changed"),
    "a contact": ("UPDATE LEADS SET email = phone", "was changed"),
    "a moment": (
        "UPDATE LEADS SET history_date = history_date + interval '1 microsecond'"
        " WHERE history_id = OLDEST",
        "was changed",
    ),
    "who did it": ("UPDATE LEADS SET history_actor = 'Eva'", "was changed"),
    "the person's id": ("UPDATE LEADS SET history_user_id = NULL", "was changed"),
    "the salt": ("UPDATE LEADS SET proof_salt = gen_random_uuid()", "was changed"),
    "the transaction": ("UPDATE LEADS SET proof_xid = NULL", "was changed"),
    "kept hashes": (FORGED_KEPT, "was changed"),
    "a person that is kept": (FORGED_PERSON, "was changed"),
    "one row less": ("DELETE FROM LEADS WHERE history_id = OLDEST", "is missing"),
    "all rows less": ("DELETE FROM LEADS", "is missing"),
    "a row more": (INSERTED, "was added"),
    "a row of the future": (
        INSERTED.replace("= 900001", "= 900001, proof_xid = 1 << 40"),
        "was added",
    ),
    "two rows swapped": (SWAPPED, "was changed"),
    "another key": (
        "UPDATE LEADS SET history_id = 900001 WHERE history_id = OLDEST",
        "is missing",
    ),
    "an event": (
        "UPDATE medspa_auditevent SET kind = 'x' WHERE id = FIRST_EVENT",
        "changed",
    ),
    "an event's details": (
        "UPDATE medspa_auditevent SET details = '{}'",
        "was changed",
    ),
    "an event less": (
        "DELETE FROM medspa_auditevent WHERE id = FIRST_EVENT",
        "is missing",
    ),
    "a tag": ("UPDATE leads_taghistory SET color = '#000000'", "was changed"),
    "a person": ("UPDATE medspa_userhistory SET is_superuser = true", "was changed"),
    "a tombstone": (
        "INSERT INTO medspa_historychange (act, table_name, ids, fingerprints, why,"
        " proof_xid) VALUES ('remove', 'LEADS', '{1}', '{}', 'x', 1)",
        "was added",
    ),
    "a seal": (
        "UPDATE safekeeping_seal SET counts = '{}' WHERE number = 1",
        "Seal 1 was",
    ),
    "when it was sealed": (
        "UPDATE safekeeping_seal SET made_at = made_at - interval '1 day'",
        "Seal 1 was",
    ),
    "a seal less": (
        "DELETE FROM safekeeping_sealedrows WHERE seal_id = 1;"
        "DELETE FROM safekeeping_seal WHERE number = 1",
        "Seal 1 is missing",
    ),
    "a list of rows": (REWRITTEN, "list of rows of seal 1"),
    "a signature": ("UPDATE safekeeping_seal SET signature = 'x'", "isn't signed"),
    "two seals swapped": (TWO_SEALS, "Seal 1 was"),
}


@pytest.fixture(scope="module", autouse=True)
def maria(committed_once: None) -> Iterator[User]:
    yield sealed_clinic()


@pytest.fixture
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def tamper(statement: str) -> None:
    """As the owner of the tables, past every trigger."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in (
            LEADS,
            "leads_taghistory",
            "medspa_auditevent",
            "medspa_historychange",
            "medspa_userhistory",
            "safekeeping_seal",
            "safekeeping_sealedrows",
        ):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for name, meaning in NAMES.items():
            statement = statement.replace(name, meaning)
        cursor.execute(statement)


def findings() -> list[str]:
    verified = Verified()
    return [str(one) for one in (*check_chain(verified), *check_rows(verified))]


def test_nothing_is_found_where_nothing_happened() -> None:
    verified = Verified()
    assert [*check_chain(verified), *check_rows(verified)] == []
    assert verified.seals == Seal.objects.count() >= 2
    assert verified.rows > 10
    assert verified.unproved == 0


def test_many_seals_are_read_a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "SEALS_AT_ONCE", 1)
    assert findings() == []


@pytest.mark.slow
@pytest.mark.parametrize("what", TAMPERING)
def test_tampering_is_found(what: str, undone: None) -> None:
    statement, words = TAMPERING[what]
    tamper(statement)
    assert any(words in finding for finding in findings()), findings()


def test_each_row_is_named(undone: None) -> None:
    ids = sorted(Lead.history.values_list("history_id", flat=True))
    tamper("UPDATE LEADS SET first_name = 'Eva' WHERE history_id = OLDEST + 2")
    assert findings() == [f"{LEADS} {ids[2]} was changed (seal 1)."]


def test_a_chain_whose_end_is_cut_off_is_found_by_its_export(undone: None) -> None:
    lines = seal_export().decode().splitlines()
    assert len(lines) == Seal.objects.count()
    assert list(check_export(lines)) == []
    last = json.loads(lines[-1])["number"]
    tamper("SELECT 1")
    SealedRows.objects.filter(seal_id=last).delete()
    Seal.objects.filter(pk=last).delete()
    found = [str(one) for one in check_export(lines)]
    assert found == [f"Seal {last} was exported and is missing."]


def test_a_chain_that_was_made_anew_is_found_by_its_export(undone: None) -> None:
    lines = seal_export().decode().splitlines()
    first = Seal.objects.last()
    assert first is not None
    tamper("SELECT 1")
    first.counts = {}
    first.hash = first.computed_hash()
    first.save()
    found = [str(one) for one in check_export(lines)]
    assert found == ["Seal 1 is not the one that was exported."]


def history() -> tuple[Any, list[int]]:
    model: Any = Lead.history.model
    return model, sorted(model.objects.values_list("pk", flat=True))


def test_retention_is_no_tampering(undone: None) -> None:
    model, ids = history()
    remove_history(model, ids[:2], why="older than 7 years")
    remove_history(
        AuditEvent, AuditEvent.objects.values_list("pk", flat=True)[:1], why="x"
    )
    assert findings() == []


def test_what_retention_removed_does_not_come_back(undone: None) -> None:
    model, ids = history()
    with connection.cursor() as cursor:
        cursor.execute(COPIED)
    remove_history(model, ids[:1], why="older than 7 years")
    tamper("INSERT INTO LEADS SELECT * FROM copied ORDER BY history_id LIMIT 1")
    assert findings() == [f"{LEADS} {ids[0]} was added past the seals (seal 1)."]


def test_erasure_and_new_keys_are_no_tampering(undone: None, maria: User) -> None:
    model, ids = history()
    phones = [b"\x01" * 40] * len(ids)
    reencrypt_history(model, ids, {"phone": phones}, why="new key")
    overwrite_history(model, ids[:2], {"first_name": "Erased", "email": b""}, why="x")
    reencrypt_history(model, ids, {"phone": phones}, why="new key")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    maria.delete()
    assert findings() == []


@pytest.mark.parametrize(
    "change", ["first_name = 'Eva'", "source = 'x'", "proof_change = proof_change - 1"]
)
def test_an_overwritten_row_is_still_proved(change: str, undone: None) -> None:
    model, ids = history()
    overwrite_history(model, ids[:1], {"phone": b""}, why="erasure")
    overwrite_history(model, ids[:1], {"first_name": "Erased"}, why="erasure")
    tamper(" ".join(("UPDATE LEADS SET", change, "WHERE history_id = OLDEST")))
    assert findings() == [f"{LEADS} {ids[0]} was changed (seal 1)."]


def test_the_command_names_what_it_found_and_fails(
    undone: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exported = tmp_path / "seals.jsonl"
    exported.write_bytes(seal_export())
    call_command("verify_audit", against=exported)
    assert "As sealed:" in capsys.readouterr().out
    tamper("DELETE FROM LEADS WHERE history_id = OLDEST")
    with pytest.raises(CommandError, match="1 thing is not as sealed"):
        call_command("verify_audit")
    assert "is missing (seal 1)." in capsys.readouterr().out


def test_a_file_that_holds_no_seals_is_told(
    undone: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CommandError, match=r"away.jsonl can't be read"):
        call_command("verify_audit", against=tmp_path / "away.jsonl")
    (tmp_path / "other.jsonl").write_text("not seals\n[]\n{}\n")
    with pytest.raises(CommandError, match="3 things are not as sealed"):
        call_command("verify_audit", against=tmp_path / "other.jsonl")
    assert "a line that is not a seal" in capsys.readouterr().out
