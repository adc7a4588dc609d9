"""Erasure and retention while somebody else works on the same lead."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError

from leads.models import Activity, Lead
from safekeeping.erasure.erasing import erase_person
from safekeeping.erasure.models import ErasureRequest
from safekeeping.erasure.requests import approve_erasure, decline_erasure
from safekeeping.retention import nightly
from safekeeping.retention.nightly import run_night
from tests.factories import (
    ActivityFactory,
    ContactPointFactory,
    ErasureRequestFactory,
    LeadFactory,
    UserFactory,
)
from tests.locks import elsewhere, held, waits

pytestmark = pytest.mark.usefixtures("committed")

LONG_AGO = datetime(2017, 3, 1, 15, tzinfo=UTC)


def old_lead() -> Lead:
    lead = LeadFactory(created_at=LONG_AGO)
    for minutes in (5, 9):
        ActivityFactory(
            lead=lead, type="call", created_at=LONG_AGO.replace(minute=minutes)
        )
    Lead.all_objects.filter(pk=lead.pk).update(updated_at=LONG_AGO)
    return lead


def test_an_erasure_waits_for_who_edits_the_lead() -> None:
    lead = LeadFactory()
    with held(lead):
        place = waits(lambda: erase_person(lead.pk))
    assert place.startswith("safekeeping.erasure.erasing._lock_person locking")
    assert not Lead.objects.get(pk=lead.pk).is_erased


def test_who_adds_a_contact_waits_for_an_erasure_and_is_refused() -> None:
    lead = LeadFactory()
    with elsewhere() as cursor:
        cursor.execute("SELECT FROM leads_lead WHERE id = %s FOR UPDATE", [lead.pk])
        place = waits(lambda: ContactPointFactory(lead=lead))
        assert place == "leads.models.contact_point.save"
    erase_person(lead.pk)
    with elsewhere() as cursor, pytest.raises(Exception, match="was erased"):
        cursor.execute(
            "INSERT INTO leads_contactpoint (id, lead_id, email, email_index, phone,"
            " phone_index, phone_last4_index, created_at)"
            " VALUES (%s, %s, '', '', '', '', '', now())",
            ["c" + "0" * 24, lead.pk],
        )


def test_of_two_decisions_at_once_the_second_waits() -> None:
    request = ErasureRequestFactory()
    other = UserFactory()
    for decide in (approve_erasure, decline_erasure):
        with held(request):
            place = waits(lambda: decide(request.pk, other))  # noqa: B023
        assert place.startswith("safekeeping.erasure.requests._waiting locking")
    assert ErasureRequest.objects.get().is_waiting


def test_a_night_spares_a_lead_that_somebody_edits_and_does_not_wait() -> None:
    edited, other = old_lead(), old_lead()
    with held(edited):
        run_night()
    assert not Lead.objects.get(pk=edited.pk).is_erased
    assert Lead.objects.get(pk=other.pk).is_erased
    assert Activity.objects.filter(lead=edited).count() == 2
    assert Activity.objects.filter(lead=other).count() == 1


def test_a_chunk_that_fails_leaves_what_was_done_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each chunk counts itself; the night goes on at the next call."""
    lead = old_lead()

    def fail(*args: object) -> None:
        raise DatabaseError("the server went away")

    with monkeypatch.context() as broken:
        broken.setattr(nightly, "certify", fail)
        with pytest.raises(DatabaseError):
            run_night()
    assert Lead.objects.get(pk=lead.pk).is_erased
    night = run_night()
    assert night.finished_at
    assert night.counts_json["leads.Lead"] == 1
