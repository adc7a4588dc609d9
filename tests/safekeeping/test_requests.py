"""Erasing takes two administrators, and each step is in the audit log."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from leads.intake.incoming import IncomingLead
from leads.intake.planning import LeadPlan
from leads.intake.refusals import RowRefused
from leads.intake.take_in import IntakeRun, take_in
from leads.models import Lead
from leads.services.adding import AddRefused, NewLead, add_lead
from medspa.audit.events import sentence_of
from medspa.models import AuditEvent, User
from medspa.roles import ADMINISTRATOR
from safekeeping.backups.storage.folder import FolderDestination
from safekeeping.certificates.signing import is_genuine
from safekeeping.erasure.erasing import ErasureRefused, erase_person, hash_of_id
from safekeeping.erasure.ledger import LedgerRefused, export_ledger, replay
from safekeeping.erasure.outside import LEDGER_PLACE, sync_with
from safekeeping.erasure.requests import (
    approve_erasure,
    decline_erasure,
    request_erasure,
)
from safekeeping.erasure.suppression import allow_again
from safekeeping.models import (
    ErasedLead,
    ErasureRequest,
    ErasureState,
    LegalHold,
    SuppressedContact,
)
from tests.factories import ErasedLeadFactory, LeadFactory, StageFactory, UserFactory
from tests.safekeeping.canary import EMAIL, PHONE, canary, traces_in_database

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(db: None) -> User:
    return UserFactory(role=ADMINISTRATOR)


def test_two_administrators_erase_a_person(administrator: User, other: User) -> None:
    lead = canary(administrator)
    request = request_erasure(lead.pk, "asked", administrator)
    done = approve_erasure(request.pk, other)
    assert done.state == ErasureState.DONE
    assert traces_in_database() == []
    certificate = done.certificate
    assert certificate is not None
    assert is_genuine(certificate.content_json, certificate.signature)
    assert hash_of_id(lead.pk) in certificate.content_json["id_hashes"]
    said = [sentence_of(event) for event in AuditEvent.objects.order_by("occurred_at")]
    assert f"{administrator} requested an erasure (the person asked for it)" in said
    assert said[-1].startswith(f"{other} approved an erasure: ")
    changed = "of history of leads (overwritten): A person was erased"
    assert any(one.endswith(changed) for one in said)


def test_nobody_approves_their_own_request(administrator: User) -> None:
    lead = LeadFactory()
    request = request_erasure(lead.pk, "asked", administrator)
    with pytest.raises(ErasureRefused, match="Another administrator"):
        approve_erasure(request.pk, administrator)
    assert not Lead.objects.get(pk=lead.pk).is_erased


def test_the_database_refuses_one_persons_erasure_too(administrator: User) -> None:
    request = request_erasure(LeadFactory().pk, "asked", administrator)
    with pytest.raises(IntegrityError), transaction.atomic():
        ErasureRequest.objects.filter(pk=request.pk).update(
            state="done", decided_by=administrator, decided_at=request.requested_at
        )


def test_a_second_request_is_refused(administrator: User, other: User) -> None:
    lead = LeadFactory()
    request_erasure(lead.pk, "asked", administrator)
    with pytest.raises(ErasureRefused, match=str(administrator)):
        request_erasure(lead.pk, "asked", other)


def test_a_request_is_decided_once(administrator: User, other: User) -> None:
    request = request_erasure(LeadFactory().pk, "asked", administrator)
    decline_erasure(request.pk, administrator)
    with pytest.raises(ErasureRefused, match="declined"):
        approve_erasure(request.pk, other)
    again = request_erasure(request.lead_id, "asked", other)
    approve_erasure(again.pk, administrator)
    with pytest.raises(ErasureRefused, match="already decided"):
        approve_erasure(again.pk, administrator)
    with pytest.raises(ErasureRefused, match="already erased"):
        request_erasure(request.lead_id, "asked", other)


def test_a_hold_refuses_the_request_and_the_approval(
    administrator: User, other: User
) -> None:
    lead = LeadFactory()
    request = request_erasure(lead.pk, "asked", administrator)
    hold = LegalHold.objects.create(reason="audit")
    with pytest.raises(ErasureRefused, match="legal hold"):
        approve_erasure(request.pk, other)
    with pytest.raises(ErasureRefused, match="legal hold"):
        request_erasure(LeadFactory().pk, "asked", other)
    hold.delete()
    with pytest.raises(ErasureRefused, match="reason"):
        request_erasure(LeadFactory().pk, "because", other)


def import_row(**values: str) -> LeadPlan | RowRefused:
    results = take_in(IntakeRun("other"), {2: IncomingLead(**values)}, {})
    result = results[2]
    assert isinstance(result, LeadPlan | RowRefused)
    return result


@pytest.mark.parametrize(
    "values",
    [
        {"email": EMAIL.upper()},
        {"phone": PHONE},
        {"email": "new@example.com", "external_id": "ghlcanary00000000001"},
    ],
)
def test_an_erased_person_does_not_come_in_by_a_file(
    administrator: User, values: dict[str, str]
) -> None:
    StageFactory()
    lead = canary(administrator)
    erase_person(lead.pk)
    before = Lead.all_objects.count()
    assert isinstance(import_row(first_name="Zenobia", **values), RowRefused)
    assert isinstance(import_row(first_name="Bea", email="bea@example.com"), LeadPlan)
    assert Lead.all_objects.count() == before + 1


def test_an_erased_person_is_added_by_hand_when_they_came_back(
    administrator: User,
) -> None:
    stage = StageFactory()
    lead = canary(administrator)
    erase_person(lead.pk)
    new = Lead(first_name="Zenobia", email=EMAIL)
    with pytest.raises(AddRefused, match="not contacted"):
        add_lead(NewLead(new, stage=stage), administrator)
    assert allow_again([EMAIL]) == 1
    add_lead(NewLead(new, stage=stage), administrator)


def test_after_a_restore_the_ledger_erases_again(
    administrator: User, tmp_path: Path
) -> None:
    """The restored database is one in which the erasure has not happened."""
    lead = canary(administrator)
    point = transaction.savepoint()
    erase_person(lead.pk)
    ledger = tmp_path / "ledger.txt"
    ledger.write_text(export_ledger())
    transaction.savepoint_rollback(point)
    assert lead.pk not in ledger.read_text()
    assert traces_in_database()
    call_command("erase", replay=str(ledger))
    assert traces_in_database() == []
    assert ErasedLead.objects.count() == 2
    assert SuppressedContact.objects.exists()
    assert replay(ledger.read_text()).erased == 0


def test_a_hold_of_the_restored_database_does_not_stop_the_replay() -> None:
    lead = LeadFactory()
    point = transaction.savepoint()
    erase_person(lead.pk)
    ledger = export_ledger()
    transaction.savepoint_rollback(point)
    LegalHold.objects.create(lead=lead, reason="lawsuit")
    assert replay(ledger).erased == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "",
        lambda text: "nonsense",
        lambda text: text.replace("erased a", "erased b"),
        lambda text: "\n".join(text.splitlines()[:-1]),
        lambda text: "\n".join(text.splitlines()[:1] + text.splitlines()[2:]),
    ],
)
def test_a_changed_ledger_is_refused(
    change: Callable[[str], str], tmp_path: Path
) -> None:
    ErasedLeadFactory(id_hash="a" * 64)
    file = tmp_path / "ledger.txt"
    file.write_text(change(export_ledger()))
    with pytest.raises(CommandError, match="no erasure ledger"):
        call_command("erase", replay=str(file))


def test_the_ledger_outside_erases_again_whoever_was_restored(
    administrator: User, tmp_path: Path
) -> None:
    places = [FolderDestination(tmp_path / name) for name in ("first", "second")]
    lead = canary(administrator)
    point = transaction.savepoint()
    erase_person(lead.pk)
    sync_with(places)
    transaction.savepoint_rollback(point)
    assert traces_in_database()
    assert sync_with(places) == 1  # one person: two merged leads
    assert traces_in_database() == []
    assert (tmp_path / "second" / LEDGER_PLACE).read_text() == export_ledger()


def test_a_ledger_outside_that_is_not_ours_is_not_overwritten(tmp_path: Path) -> None:
    erase_person(LeadFactory().pk)
    file = tmp_path / LEDGER_PLACE
    file.parent.mkdir()
    file.write_text("something else")
    with pytest.raises(LedgerRefused):
        sync_with([FolderDestination(tmp_path)])
    assert file.read_text() == "something else"


def test_the_ledger_is_written_whole(tmp_path: Path) -> None:
    erase_person(LeadFactory().pk)
    call_command("erase", export=str(tmp_path / "ledger.txt"))
    assert (tmp_path / "ledger.txt").read_text() == export_ledger()
    assert [file.name for file in tmp_path.iterdir()] == ["ledger.txt"]
