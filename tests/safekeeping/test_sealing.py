"""What is sealed when: late commits, old rows, a database that was copied."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo
from pytest_django import DjangoDbBlocker

from leads.models import Lead
from medspa import clock
from safekeeping.models import SealedRows
from safekeeping.seals.health import LATE_AFTER, seal_line
from safekeeping.seals.sealing import seal, take_up_old_rows
from safekeeping.seals.verifying import Verified, check_chain, check_rows
from safekeeping.upgrade import copying
from tests import database
from tests.committed import database_url
from tests.factories import AuditEventFactory, LeadFactory, SealFactory
from tests.safekeeping.sealed import seal_all, sealed_clinic

LATE = "c" + "0" * 24
INSERT = """
INSERT INTO medspa_auditevent (id, kind, name, subject_type, subject_id, details,
    occurred_at)
VALUES (%s, 'signed_in', 'Late', '', '', '{}', now())
"""
AS_BEFORE_SEALS = """
ALTER TABLE leads_leadhistory DISABLE TRIGGER USER;
UPDATE leads_leadhistory SET proof_salt = NULL, proof_xid = NULL;
ALTER TABLE leads_leadhistory ENABLE TRIGGER USER
"""
CHANGE = """
ALTER TABLE leads_leadhistory DISABLE TRIGGER USER;
UPDATE leads_leadhistory SET first_name = 'Eva';
ALTER TABLE leads_leadhistory ENABLE TRIGGER USER
"""


def verified() -> tuple[list[str], Verified]:
    seen = Verified()
    return [str(one) for one in (*check_chain(seen), *check_rows(seen))], seen


def is_sealed(key: str) -> bool:
    return SealedRows.objects.filter(ids__contains=[key]).exists()


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_what_commits_after_a_seal_is_sealed_by_the_next(committed: None) -> None:
    LeadFactory()
    seal_all()
    with psycopg.connect(database_url()) as late:
        late.execute(INSERT, [LATE])
        quick = AuditEventFactory()
        seal()
        assert not is_sealed(LATE)
        assert not is_sealed(quick.pk), "it stands above one that is still at work"
        late.commit()
    seal_all()
    assert is_sealed(LATE)
    assert is_sealed(quick.pk)
    assert verified()[0] == []


def test_a_long_transaction_of_another_database_holds_nothing_back(
    committed: None,
) -> None:
    elsewhere = make_conninfo(database_url(), dbname="postgres")
    with psycopg.connect(elsewhere) as other:
        other.execute("SELECT pg_current_xact_id()")
        quick = AuditEventFactory()
        seal_all()
        assert is_sealed(quick.pk)
    assert verified()[0] == []


def test_rows_from_before_there_were_seals_are_taken_up(committed: None) -> None:
    take_up_old_rows()  # those of migrations
    LeadFactory()
    LeadFactory()
    run(AS_BEFORE_SEALS)
    findings, seen = verified()
    assert (findings, seen.unproved) == ([], 2)
    assert take_up_old_rows(limit=1) == 1
    assert take_up_old_rows() == 1
    seal_all()
    findings, seen = verified()
    assert (findings, seen.unproved) == ([], 0)
    run(CHANGE)
    assert len(verified()[0]) == Lead.history.count() == 2


@pytest.mark.django_db
def test_the_health_page_says_when_sealing_lags() -> None:
    assert seal_line().words == "Nothing to seal."
    now = clock.now()
    young = AuditEventFactory(occurred_at=now - LATE_AFTER + timedelta(minutes=1))
    assert seal_line().is_ok
    AuditEventFactory(occurred_at=now - LATE_AFTER - timedelta(minutes=1))
    line = seal_line()
    assert not line.is_ok
    assert line.words.startswith("Nothing has been sealed since ")
    SealFactory(made_at=young.occurred_at)
    assert seal_line().words.startswith("Sealed at ")


@pytest.fixture
def copied(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path: Path
) -> Iterator[None]:
    """A sealed clinic in a database of its own, dumped and restored."""
    with django_db_blocker.unblock():
        own = connection.settings_dict["NAME"]
        name = f"{own}_copied"
        database.copy_migrated(name)
        sealed_clinic()
        dump = tmp_path / "dump"
        copying.write_copy(dump)
        database.connect_to(name)
        copying.put_back(dump)
        yield
        database.drop(name)
        database.connect_to(own)


def test_after_a_dump_was_restored_everything_is_still_proved(copied: None) -> None:
    findings, seen = verified()
    assert findings == []
    assert seen.rows > 10
    LeadFactory()
    seal_all()
    assert verified()[0] == []
    run(CHANGE)
    assert len(verified()[0]) == Lead.history.count()
