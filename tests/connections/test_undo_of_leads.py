"""Undoing a file of leads: what it made goes, what it changed is as before."""

from datetime import timedelta

import pytest

from connections.models import IntakeBatch, ItemOutcome, OutgoingChange, UndoRun
from connections.undoing.of_leads import NotUndone
from connections.undoing.report import preview
from connections.undoing.scope import UndoScope
from leads.intake.files.upload import import_upload
from leads.intake.take_in import ImportOptions
from leads.models import ContactPoint, Lead, LeadTag
from leads.services.contacting import log_contact
from leads.services.merging import MergeChoice, merge
from medspa import clock
from medspa.audit.actors import acting
from medspa.models import AuditEvent, User
from tests.connections.doors import connected
from tests.connections.undoing import import_leads, kept, undo_batch
from tests.factories import LeadFactory

pytestmark = pytest.mark.usefixtures("clinic")
ANA = "abcdefghij0123456789,Ana,212-555-0101,ana@example.com,Botox"
BEA = "bbcdefghij0123456789,Bea,212-555-0102,bea@example.com,"


@pytest.fixture
def ana(clinic: None) -> Lead:
    """Known before, with another email and without a phone."""
    return LeadFactory(
        first_name="Ana",
        email="old@example.com",
        phone="",
        external_id="abcdefghij0123456789",
    )


def test_a_new_lead_goes_and_a_known_one_is_as_before(ana: Lead, manager: User) -> None:
    batch = import_leads(manager, ANA, BEA)
    ana.refresh_from_db()
    assert (ana.email, ana.phone) == ("ana@example.com", "+12125550101")
    run = undo_batch(batch, manager)
    ana.refresh_from_db()
    assert (ana.email, ana.phone) == ("old@example.com", "")
    assert not LeadTag.objects.filter(lead=ana).exists()
    assert [lead.first_name for lead in Lead.objects.all()] == ["Ana"]
    assert run.ended_at and not kept(run)


def test_history_and_the_audit_log_say_who_undid_what(ana: Lead, manager: User) -> None:
    undo_batch(import_leads(manager, ANA), manager)
    newest = ana.history.order_by("-history_id").first()
    assert newest.history_user == manager
    assert newest.history_change_reason == "Undo of an import"
    event = AuditEvent.objects.get(kind="import_undone")
    assert event.person_id == manager.pk
    assert event.details == {"title": "GoHighLevel contacts: leads", "items": 1}


def test_what_was_changed_since_stays_and_is_listed(ana: Lead, manager: User) -> None:
    batch = import_leads(manager, ANA)
    ana.refresh_from_db()
    ana.email = "newer@example.com"
    ana.save()
    run = undo_batch(batch, manager)
    ana.refresh_from_db()
    assert (ana.email, ana.phone) == ("newer@example.com", "")
    assert kept(run) == ["Changed since: email."]


def test_a_new_lead_that_somebody_called_stays(manager: User) -> None:
    batch = import_leads(manager, BEA)
    with acting(user=manager):
        log_contact(Lead.objects.get(), "call", "answered")
    run = undo_batch(batch, manager)
    assert Lead.objects.count() == 1
    assert kept(run) == ["This lead was changed or worked with since."]


def test_a_lead_that_was_merged_since_stays(ana: Lead, manager: User) -> None:
    batch = import_leads(manager, BEA)
    merge(ana.pk, Lead.objects.get(first_name="Bea").pk, MergeChoice())
    run = undo_batch(batch, manager)
    assert Lead.objects.get() == ana
    assert kept(run) == ["This lead was merged with another one."]


def test_a_restored_lead_is_deleted_again(ana: Lead, manager: User) -> None:
    ana.delete()
    batch = import_leads(manager, ANA)
    assert Lead.objects.get() == ana
    undo_batch(batch, manager)
    ana.refresh_from_db()
    assert ana.is_deleted and ana.email == "old@example.com"


def test_two_rows_of_one_lead_go_back_to_before_the_first(
    ana: Lead, manager: User
) -> None:
    other = ANA.replace("ana@", "ana.b@").replace("0101", "0199")
    run = undo_batch(import_leads(manager, ANA, other), manager)
    ana.refresh_from_db()
    assert (ana.email, ana.phone, kept(run)) == ("old@example.com", "", [])


def test_further_contacts_of_a_file_are_removed(manager: User) -> None:
    lead = LeadFactory(first_name="Ana", email="ana@example.com", phone="")
    text = "First Name,Email,Email 2\nAna,ana@example.com,second@example.com"
    report = import_upload(text.encode(), "", (), ImportOptions())
    assert ContactPoint.objects.filter(lead=lead).exists(), report
    assert report.result
    undo_batch(IntakeBatch.objects.get(pk=report.result.batch), manager)
    assert not ContactPoint.objects.filter(lead=lead).exists()
    assert Lead.objects.get() == lead


def test_two_imports_are_undone_the_later_one_first(manager: User) -> None:
    first = import_leads(manager, BEA)
    second = import_leads(manager, BEA.replace("bea@", "bea.b@"))
    undo_batch(second, manager)
    assert Lead.objects.get().email == "bea@example.com"
    assert not kept(undo_batch(first, manager))
    assert not Lead.objects.exists()


def test_an_import_that_a_later_one_changed_stays(manager: User) -> None:
    first = import_leads(manager, BEA)
    import_leads(manager, BEA.replace("bea@", "bea.b@"))
    assert kept(undo_batch(first, manager)) == [
        "This lead was changed or worked with since."
    ]


def test_a_second_undo_is_refused_in_a_sentence(ana: Lead, manager: User) -> None:
    batch = import_leads(manager, ANA)
    undo_batch(batch, manager)
    with pytest.raises(NotUndone, match=f"already undone by {manager} on"):
        undo_batch(batch, manager)


def test_after_30_days_it_is_refused(ana: Lead, manager: User) -> None:
    batch = import_leads(manager, ANA)
    batch.made_at = clock.now() - timedelta(days=31)
    batch.save()
    with pytest.raises(NotUndone, match="30 days"):
        undo_batch(batch, manager)


def test_a_preview_says_what_happens_and_changes_nothing(
    ana: Lead, manager: User
) -> None:
    batch = import_leads(manager, ANA, BEA)
    ana.refresh_from_db()
    ana.email = "newer@example.com"
    ana.save()
    report = preview(UndoScope(batch=batch), manager)
    assert (report.deleted, report.set_back, report.kept_count) == (1, 1, 1)
    assert Lead.objects.count() == 2
    assert not UndoRun.objects.exists()
    assert not ItemOutcome.objects.exclude(kept="").exists()


def test_the_same_file_can_be_imported_again(ana: Lead, manager: User) -> None:
    undo_batch(import_leads(manager, ANA, BEA), manager)
    import_leads(manager, ANA, BEA)
    ana.refresh_from_db()
    assert ana.email == "ana@example.com"
    assert Lead.objects.count() == 2


def test_an_undo_is_not_written_to_gohighlevel(ana: Lead, manager: User) -> None:
    connection = connected("gohighlevel", "abcdefghij0123456789")
    connection.settings_json = {"writes": ["email", "phone"]}
    connection.save()
    batch = import_leads(manager, ANA)
    assert OutgoingChange.objects.exists()
    OutgoingChange.objects.all().delete()
    undo_batch(batch, manager)
    assert not OutgoingChange.objects.exists()
