"""`manage.py rotate_field_keys`: every value under the newest key, at any moment."""

import io
import signal
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from pytest_django import Settings

from leads.models import ImportFile, Lead
from medspa.encryption.ciphers import DecryptionError, KeyRing, key_id_of
from medspa.encryption.fields import key_ring
from medspa.encryption.key_checks import verify
from medspa.encryption.rotation import (
    RotationResult,
    encrypted_models,
    rotate_keys,
    stale_rows,
)
from medspa.models import KeyCheck
from tests.committed import database_url
from tests.factories import ImportFileFactory, LeadFactory
from tests.forked import forked
from tests.locks import wait_until_somebody_waits

OLD, NEW, OTHER = (urlsafe_b64encode(bytes([n]) * 32).decode() for n in range(3))
LeadHistory = Lead.history.model


@contextmanager
def keys(settings: Settings, *names: str) -> Iterator[None]:
    before = settings.FIELD_ENCRYPTION_KEYS
    settings.FIELD_ENCRYPTION_KEYS = list(names)
    yield
    settings.FIELD_ENCRYPTION_KEYS = before


@contextmanager
def written_with(settings: Settings, *names: str) -> Iterator[None]:
    """The database knows these keys, and no others."""
    with keys(settings, *names):
        KeyCheck.objects.all().delete()
        verify()
        yield


@pytest.fixture
def old_lead(db: None, settings: Settings) -> Lead:
    """A lead of the time before the new key, with a changed email in its history."""
    with written_with(settings, OLD):
        lead = LeadFactory(email="ana@example.com", phone="+12125550123")
        lead.email = "ana.b@example.com"
        lead.save()
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    return Lead.objects.get(pk=lead.pk)


def sealed_columns(table: str) -> list[tuple[bytes, bytes]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT email, phone FROM {table} ORDER BY 1")  # noqa: S608
        return [(bytes(email), bytes(phone)) for email, phone in cursor.fetchall()]


def key_ids(table: str) -> set[bytes]:
    return {key_id_of(value) for row in sealed_columns(table) for value in row if value}


def rotate() -> str:
    said = io.StringIO()
    call_command("rotate_field_keys", stdout=said)
    return said.getvalue()


def test_every_encrypted_table_is_found() -> None:
    assert {model._meta.label for model in encrypted_models()} == {
        "api.IdempotentAnswer",
        "api.LeadExportChunk",
        "api.WebhookSecret",
        "connections.Connection",
        "connections.ConnectionHistory",
        "connections.ReceivedDelivery",
        "connections.UnmatchedEvent",
        "leads.ContactPoint",
        "leads.ContactPointHistory",
        "leads.ImportChunk",
        "leads.ImportFile",
        "leads.Lead",
        "leads.LeadHistory",
        "medspa.TotpDevice",
    }


@pytest.mark.django_db
def test_the_rows_of_an_import_that_waits_are_rotated_too(settings: Settings) -> None:
    with written_with(settings, OLD):
        file = ImportFileFactory(content="ana@example.com")
    with keys(settings, NEW, OLD):
        assert rotate_keys(ImportFile) == RotationResult(rotated=1)
    with keys(settings, NEW):
        assert ImportFile.objects.get(pk=file.pk).content == "ana@example.com"


def test_old_rows_are_readable_before_during_and_after(
    old_lead: Lead, settings: Settings
) -> None:
    assert old_lead.email == "ana.b@example.com"
    said = rotate()
    assert "leads_lead: 1 row re-encrypted" in said
    assert "leads_leadhistory: 2 rows" in said
    newest = {KeyRing([NEW]).newest_key_id}
    assert key_ids("leads_lead") == key_ids("leads_leadhistory") == newest
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    lead = Lead.objects.with_email("ana.b@example.com").get()
    assert (lead.email, lead.phone) == ("ana.b@example.com", "+12125550123")
    assert [row.email for row in lead.history.order_by("history_id")] == [
        "ana@example.com",
        "ana.b@example.com",
    ]


def test_without_the_rotation_dropping_the_old_key_loses_the_values(
    old_lead: Lead, settings: Settings
) -> None:
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    with pytest.raises(DecryptionError):
        _ = Lead.objects.get().email


def test_nothing_else_of_a_row_changes_and_no_history_is_written(
    old_lead: Lead,
) -> None:
    query = "SELECT id, first_name, updated_at, email_index FROM leads_lead"
    with connection.cursor() as cursor:
        cursor.execute(query)
        before = cursor.fetchall()
        rotate()
        cursor.execute(query)
        assert cursor.fetchall() == before
    assert LeadHistory.objects.count() == 2


def test_a_second_run_changes_no_byte(old_lead: Lead) -> None:
    rotate()
    before = sealed_columns("leads_lead") + sealed_columns("leads_leadhistory")
    assert "leads_lead: 0 rows" in rotate()
    assert before == sealed_columns("leads_lead") + sealed_columns("leads_leadhistory")


@pytest.mark.django_db
def test_rows_without_email_and_phone_are_not_stale(settings: Settings) -> None:
    with written_with(settings, OLD):
        LeadFactory(email="", phone="")
        half = LeadFactory(email="", phone="+12125550123")
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    assert list(stale_rows(Lead)) == [half]
    assert rotate_keys(Lead) == RotationResult(rotated=1)
    assert Lead.objects.get(pk=half.pk).email == ""


@pytest.mark.django_db
def test_many_rows_go_in_steps_and_each_is_told(settings: Settings) -> None:
    with written_with(settings, OLD):
        LeadFactory.create_batch(7)
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    steps: list[int] = []
    assert rotate_keys(Lead, steps.append, rows_per_step=3) == RotationResult(rotated=7)
    assert steps == [3, 3, 1]


def test_rows_of_an_unknown_key_stay_and_are_told(
    old_lead: Lead, settings: Settings
) -> None:
    with keys(settings, OTHER):
        lost = LeadFactory()
    before = set(sealed_columns("leads_lead"))
    with pytest.raises(CommandError, match="2 rows open with none of the keys"):
        rotate()
    assert len(before & set(sealed_columns("leads_lead"))) == 1
    assert Lead.objects.get(pk=old_lead.pk).email == "ana.b@example.com"
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD, OTHER]
    rotate()
    assert Lead.objects.get(pk=lost.pk).email == lost.email


@pytest.mark.usefixtures("committed")
def test_a_save_in_progress_is_waited_for_and_not_overwritten(
    settings: Settings,
) -> None:
    with written_with(settings, OLD):
        lead = LeadFactory(email="before@example.com")
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    with transaction.atomic():
        lead.email = "after@example.com"
        lead.save()
        rotation = threading.Thread(target=rotate_and_hang_up)
        rotation.start()
        wait_until_somebody_waits()
    rotation.join(10)
    assert not rotation.is_alive()
    assert Lead.objects.get().email == "after@example.com"
    assert key_ids("leads_leadhistory") == {key_ring().newest_key_id}


def rotate_and_hang_up() -> None:
    try:
        rotate()
    finally:
        connection.close()


def wait_until(is_so: object, seconds: float = 20) -> None:
    give_up = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < give_up, "waited for nothing"
        threading.Event().wait(0.005)


@pytest.mark.slow
@pytest.mark.usefixtures("committed")
def test_a_killed_rotation_goes_on_where_it_stopped(settings: Settings) -> None:
    with written_with(settings, OLD):
        LeadFactory.create_batch(2)
        copy_rows(6000)
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    with (
        psycopg.connect(database_url(), autocommit=True) as watcher,
        forked(call_command, "rotate_field_keys") as rotation,
    ):
        wait_until(lambda: stale_in(watcher) < 6002)
    assert rotation.exitcode == -signal.SIGKILL
    left = stale_rows(LeadHistory).count()
    assert 0 < left < 6002
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    assert f"leads_leadhistory: {left:,} rows re-encrypted" in rotate()
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    assert len({row.email for row in LeadHistory.objects.all()}) == 2


def copy_rows(count: int) -> None:
    """`count` more history rows of the first lead; its place is the same."""
    fields = [
        field.column for field in LeadHistory._meta.fields if not field.primary_key
    ]
    columns = ", ".join(f'"{name}"' for name in fields)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO leads_leadhistory ({columns}) "  # noqa: S608
            f"SELECT {columns} FROM (SELECT * FROM leads_leadhistory LIMIT 1) first, "
            "generate_series(1, %s)",
            [count],
        )


def stale_in(watcher: psycopg.Connection) -> int:
    row = watcher.execute(
        "SELECT count(*) FROM leads_leadhistory WHERE substr(email, 2, 4) = %s",
        [KeyRing([OLD]).newest_key_id],
    ).fetchone()
    assert row
    return row[0]
