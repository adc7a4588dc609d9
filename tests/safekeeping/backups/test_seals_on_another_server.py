"""The chain of seals goes on where a dump was loaded, and where files were restored."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from psycopg.conninfo import conninfo_to_dict

from leads.models import Lead
from medspa.models import AuditEvent
from safekeeping.backups.storage.config import BackupConfig
from safekeeping.models import Seal, SealedRows
from safekeeping.seals.sealing import seal
from safekeeping.seals.verifying import Verified, check_chain, check_rows
from tests.factories import LeadFactory
from tests.safekeeping.backups.clinic_copy import backed_up_elsewhere, working_on
from tests.safekeeping.backups.cluster import Cluster
from tests.safekeeping.sealed import sealed_clinic

LEADS = "leads_leadhistory"
# So far above the numbers of the second server that it reaches them in the test.
LATER = 3_000
UNGUARDED = "ALTER TABLE leads_leadhistory DISABLE TRIGGER USER"
COUNT_UP = """
DO $$ BEGIN
    WHILE pg_current_xact_id()::text::bigint < {} LOOP COMMIT; END LOOP;
END $$
"""
COPY_OF_OLDEST = """
INSERT INTO leads_leadhistory SELECT (jsonb_populate_record(stored, jsonb_build_object(
    'history_id', {}::bigint, 'proof_xid', {}::bigint))).*
FROM leads_leadhistory stored ORDER BY history_id LIMIT 1
"""


def ask(statement: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0] if cursor.description else None


def verified() -> tuple[list[str], Verified]:
    seen = Verified()
    return [str(one) for one in (*check_chain(seen), *check_rows(seen))], seen


def without_seals(found: list[str]) -> list[str]:
    """Which of the first seals a row is under depends on what else was at work."""
    return sorted(re.sub(r" \(seal \d+\)", "", one) for one in found)


def place_of(url: str) -> dict[str, Any]:
    parts = conninfo_to_dict(url)
    return {
        "HOST": parts["host"],
        "PORT": parts.get("port", ""),
        "USER": parts["user"],
        "PASSWORD": parts.get("password", ""),
        "NAME": parts["dbname"],
    }


@pytest.fixture
def moved(cluster: Cluster, committed: None, tmp_path: Path) -> Iterator[BackupConfig]:
    """A sealed clinic, and a lead that no seal covers, dumped and loaded elsewhere.

    The history of the leads has numbers that the second server gives away again.
    """
    sealed_clinic_with_numbers_from(
        int(cluster.run("SELECT pg_current_xact_id()::text")[0][0]) + LATER
    )
    LeadFactory(first_name="Late")
    with (
        backed_up_elsewhere(cluster, tmp_path) as config,
        working_on(place_of(config.database_url)),
    ):
        yield config


def sealed_clinic_with_numbers_from(number: int) -> None:
    LeadFactory(first_name="Old")
    ask(COUNT_UP.format(number + 1))
    ask(UNGUARDED)
    ask(f"UPDATE {LEADS} SET proof_xid = {number}")  # noqa: S608
    ask(UNGUARDED.replace("DISABLE", "ENABLE"))
    sealed_clinic()


def test_sealing_goes_on_after_a_loaded_dump_and_after_restored_files(
    moved: BackupConfig, cluster: Cluster, capsys: pytest.CaptureFixture[str]
) -> None:
    before = Seal.objects.first()
    assert before
    LeadFactory(first_name="New")
    findings, seen = verified()
    assert findings == []
    assert seen.carried == 2
    assert len(seen.sections) == 1

    first = seal()
    assert first
    assert first.counts == {LEADS: 2}
    assert first.carried_from_xid == before.to_xid
    assert first.server != before.server
    said = AuditEvent.objects.get(kind="seals_moved").details
    assert said == {"seal": first.number, "server": first.server, "rows": 2}

    overlapping = ask(f"SELECT min(proof_xid) FROM {LEADS}")  # noqa: S608
    ask(COUNT_UP.format(overlapping + 10))
    LeadFactory(first_name="Newer")
    seal()
    findings, seen = verified()
    assert findings == []
    assert (seen.carried, len(seen.sections)) == (0, 2)
    parts = SealedRows.objects.filter(table_name=LEADS)
    assert sum(len(part.ids) for part in parts) == Lead.history.count()

    call_command("verify_audit")
    told = capsys.readouterr().out
    assert f"From seal 1: server {before.server}.\n" in told
    assert f"From seal {first.number}: server {first.server}, since " in told
    assert "took up 2 rows that were under no seal." in told

    connection.close()
    restored_files_go_on_in_the_same_section(Cluster(cluster.server, moved))


def restored_files_go_on_in_the_same_section(server: Cluster) -> None:
    made, sealed = server.back_up(is_full=True), Seal.objects.count()
    LeadFactory(first_name="Gone")
    seal()
    assert Seal.objects.count() == sealed + 1
    server.archive()
    with server.restored(made.finished_at) as restored:
        socket = {"HOST": str(restored.server.socket), "PORT": "5432", "PASSWORD": ""}
        with working_on(socket):
            assert Seal.objects.count() == sealed
            LeadFactory(first_name="New")
            assert seal()
            findings, seen = verified()
            assert findings == []
            assert (seen.seals, len(seen.sections)) == (sealed + 1, 2)


def test_what_was_changed_or_added_on_the_way_is_found(moved: BackupConfig) -> None:
    ids = sorted(Lead.history.values_list("history_id", flat=True))
    here = ask("SELECT pg_current_xact_id()::text::bigint")
    past, future = 900_001, 900_002
    ask(UNGUARDED)
    ask(f"UPDATE {LEADS} SET first_name = 'Eva' WHERE history_id = {ids[1]}")  # noqa: S608
    ask(f"DELETE FROM {LEADS} WHERE history_id = {ids[2]}")  # noqa: S608
    ask(COPY_OF_OLDEST.format(past, 5))
    ask(COPY_OF_OLDEST.format(future, here + LATER // 2))
    added = [
        f"{LEADS} {past} was added past the seals.",
        f"{LEADS} {future} was added past the seals.",
    ]
    expected = [
        f"{LEADS} {ids[1]} was changed.",
        f"{LEADS} {ids[2]} is missing.",
        *added,
    ]
    assert without_seals(verified()[0]) == sorted(expected)
    section = seal()
    assert section
    ask(COUNT_UP.format(here + LATER))
    seal()
    found = verified()[0]
    assert without_seals(found) == sorted(expected)
    assert {f"{one[:-1]} (seal {section.number})." for one in added} <= set(found)
