"""Erasing a person: nothing of them is left, and nothing brings it back."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils import timezone

from kpis.models import KpiEvent
from leads.bulk import BulkOrder, run_now
from leads.bulk.undo import undo_run
from leads.models import BulkAction, ContactPoint, Lead, LeadMerge, Task
from leads.models.lead import ERASED_SENTENCE
from leads.models.queue_claim import QueueClaim
from leads.services.merging import MergeChoice, MergeRefused, merge
from leads.services.unmerging import unmerge
from leads.today import read_today
from medspa.audit.actors import acting
from medspa.encryption.ciphers import decode_key
from medspa.encryption.fields import blind_index, index_keys
from medspa.models import User
from safekeeping.erasure.erasing import (
    AlreadyErased,
    ErasureRefused,
    erase_person,
    hash_of_id,
)
from safekeeping.models import ErasedLead, LegalHold, SuppressedContact
from tests.factories import (
    KpiEventFactory,
    LeadFactory,
    LeadStageFactory,
    StageFactory,
    TagFactory,
    TaskFactory,
)
from tests.safekeeping.canary import (
    EMAIL,
    OTHER_EMAIL,
    TRACES,
    canary,
    traces_in_database,
)

pytestmark = pytest.mark.django_db
HASH = "93d54ec34be1b22d74d98efa149819542ead001a6fb5e5bc2b5293d81f6e84f0"


def test_the_search_finds_every_trace_of_somebody_who_is_here(
    administrator: User,
) -> None:
    canary(administrator)
    found = " ".join(traces_in_database())
    assert all(
        trace in found for trace in TRACES if "(" not in trace and ")" not in trace
    )
    assert "django_admin_log" in found
    assert "leads_importchunk" in found


def test_after_an_erasure_no_table_holds_a_trace(administrator: User) -> None:
    lead = canary(administrator)
    erase_person(lead.pk)
    assert traces_in_database() == []
    index = blind_index(decode_key(index_keys()[0]), "leads_lead.email", EMAIL)
    assert traces_in_database((index.hex(),)) == []


def test_the_money_and_the_stages_stay(administrator: User) -> None:
    lead = canary(administrator)
    periods = list(lead.stage_periods.values_list("pk", "stage", "left_at"))
    erase_person(lead.pk)
    lead.refresh_from_db()
    assert str(lead) == "Erased lead"
    assert list(lead.stage_periods.values_list("pk", "stage", "left_at")) == periods
    paid = KpiEvent.objects.filter(lead=lead, value_cents=65_000)
    assert paid.count() == 1
    assert lead.opportunity.expected_value_cents == 120_000
    assert not Task.objects.open().filter(lead=lead).exists()


def test_what_was_paid_for_stays_known(administrator: User) -> None:
    lead = canary(administrator)
    about = {"procedure": "BTX", "cost_cents": 500}
    paid = KpiEventFactory(lead=lead, paid=True, metadata_json=about)
    erase_person(lead.pk)
    paid.refresh_from_db()
    assert paid.metadata_json == about


def test_who_was_merged_is_erased_by_either_lead(administrator: User) -> None:
    lead = canary(administrator)
    merged = LeadMerge.objects.get().merged
    erased = erase_person(merged.pk)
    assert set(erased.lead_ids) == {lead.pk, merged.pk}
    assert traces_in_database() == []
    assert ErasedLead.objects.count() == 2


def test_an_undone_merge_leaves_no_trace_in_the_others_history(
    administrator: User,
) -> None:
    survivor = LeadFactory(first_name="Bea", email="bea@example.com", phone="")
    gone = LeadFactory(first_name="Zenobia", email=EMAIL, phone="+12125550931")
    row = merge(survivor.pk, gone.pk, MergeChoice(frozenset({"email"})))
    unmerge(row.pk)
    erase_person(gone.pk)
    assert traces_in_database() == []
    survivor.refresh_from_db()
    assert (survivor.first_name, survivor.email) == ("Bea", "bea@example.com")


def test_a_merge_of_an_erased_person_is_not_undone(administrator: User) -> None:
    lead = canary(administrator)
    row = LeadMerge.objects.get()
    erase_person(lead.pk)
    with pytest.raises(MergeRefused, match="was erased"):
        unmerge(row.pk)
    with pytest.raises(MergeRefused, match="was erased"):
        merge(lead.pk, LeadFactory().pk, MergeChoice())


@pytest.mark.parametrize(
    "change",
    [{"first_name": "Zenobia"}, {"email": EMAIL}, {"phone": "+12125550931"}],
)
def test_a_form_opened_before_the_erasure_brings_nothing_back(
    change: dict[str, str],
) -> None:
    lead = LeadFactory()
    opened_before = Lead.objects.get(pk=lead.pk)
    erase_person(lead.pk)
    for name, value in change.items():
        setattr(opened_before, name, value)
    with pytest.raises(IntegrityError), transaction.atomic():
        opened_before.save()
    lead.refresh_from_db()
    for name, value in change.items():
        setattr(lead, name, value)
    with pytest.raises(ValidationError, match=ERASED_SENTENCE):
        lead.full_clean()


@pytest.mark.parametrize("act", [BulkAction.DELETE, BulkAction.ASSIGN, BulkAction.TAG])
def test_the_undo_of_a_bulk_action_brings_nobody_back(
    act: BulkAction, superuser: User
) -> None:
    stage, tag = StageFactory(), TagFactory()
    lead = LeadFactory(first_name="Zenobia", email=EMAIL, stage=stage)
    target = {BulkAction.ASSIGN: superuser.pk, BulkAction.TAG: tag.pk}.get(act, "")
    with acting(user=superuser):
        run = run_now(BulkOrder(act, target, "what was done"), [lead.pk])
        erase_person(lead.pk)
        run, restored = undo_run(run.pk, superuser)
    assert restored == run.changed == 1
    lead = Lead.objects.get(pk=lead.pk)
    assert str(lead) == "Erased lead"
    assert traces_in_database() == []


def test_an_erased_lead_gets_no_further_contact() -> None:
    lead = LeadFactory()
    erase_person(lead.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        ContactPoint(lead_id=lead.pk, email=OTHER_EMAIL).save()
    lead.refresh_from_db()
    with pytest.raises(ValidationError, match=ERASED_SENTENCE):
        ContactPoint(lead=lead, email=OTHER_EMAIL).full_clean()


def test_an_erasure_is_not_taken_back() -> None:
    lead = LeadFactory()
    erase_person(lead.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Lead.objects.filter(pk=lead.pk).update(erased_at=None)
    with pytest.raises(AlreadyErased):
        erase_person(lead.pk)


def test_a_legal_hold_keeps_a_person_and_whoever_is_merged_with_them(
    administrator: User,
) -> None:
    lead = canary(administrator)
    merged = LeadMerge.objects.get().merged
    LegalHold.objects.create(lead=merged, reason="lawsuit")
    with pytest.raises(ErasureRefused, match="legal hold"):
        erase_person(lead.pk)
    assert Lead.objects.get(pk=lead.pk).email == EMAIL


def test_somebody_unknown_is_refused() -> None:
    with pytest.raises(ErasureRefused, match="doesn't exist"):
        erase_person("c" + "0" * 24)


def test_nobody_else_is_touched(administrator: User) -> None:
    other = LeadFactory(first_name="Bea", email="bea@example.com", phone="+12125550177")
    ContactPoint.objects.create(lead=other, email="bea.b@example.com")
    TaskFactory(lead=other)
    claim(other, administrator)
    click = {"kind": "ad_click", "metadata_json": {"click_id": "b"}}
    KpiEventFactory(lead=other, **click)
    log = {
        "content_type": ContentType.objects.get_for_model(Lead),
        "user": administrator,
        "action_flag": CHANGE,
    }
    LogEntry.objects.create(object_id=other.pk, object_repr="Bea", **log)
    before = all_of(other)
    erase_person(canary(administrator).pk)
    assert all_of(other) == before


def claim(lead: Lead, person: User) -> None:
    until = timezone.now() + timedelta(minutes=5)
    QueueClaim.objects.create(lead=lead, person=person, claimed_until=until)


def all_of(lead: Lead) -> dict[str, object]:
    """Every row of a lead and of its history, and its line in the admin's log."""
    models = [Lead, ContactPoint, Task, KpiEvent, QueueClaim]
    histories = [model.history.model for model in (Lead, ContactPoint, Task, KpiEvent)]
    return {
        model.__name__: list(
            model._base_manager.filter(
                **{"id" if "first_name" in fields_of(model) else "lead": lead.pk}
            )
            .order_by("pk")
            .values()
        )
        for model in (*models, *histories)
    } | {"log": list(LogEntry.objects.filter(object_id=lead.pk).values())}


def fields_of(model: type[Model]) -> set[str]:
    return {field.name for field in model._meta.fields}


def test_what_others_claimed_and_planned_for_the_person_is_over(
    administrator: User,
) -> None:
    lead = canary(administrator)
    claim(lead, administrator)
    erase_person(lead.pk)
    assert not QueueClaim.objects.exists()
    task = Task.all_objects.get(lead=lead)
    assert task.is_deleted
    assert task.history.first().history_change_reason == "Erased"
    assert lead.history.first().history_change_reason == "Erased"


def test_a_person_may_be_erased_and_come_in_again(administrator: User) -> None:
    erased = erase_person(canary(administrator).pk, is_suppressed=False)
    assert "contacts kept out" not in erased.counts
    assert not SuppressedContact.objects.exists()


def test_an_erasure_of_the_ledger_keeps_its_moment() -> None:
    lead, at = LeadFactory(), timezone.now() - timedelta(days=3)
    erase_person(lead.pk, replayed_at=at)
    lead.refresh_from_db()
    assert lead.erased_at == ErasedLead.objects.get().erased_at == at


def test_the_ledger_names_a_lead_by_the_hash_of_its_id() -> None:
    """Ledgers outside the database hold it: it never changes."""
    assert hash_of_id("c123456789012345678901234") == HASH
    lead = LeadFactory()
    erase_person(lead.pk)
    assert ErasedLead.objects.get().id_hash == hash_of_id(lead.pk)


@pytest.mark.parametrize(("key", "days"), [("unanswered", 9), ("stale", 60)])
def test_nobody_is_told_to_contact_an_erased_person(
    administrator: User, key: str, days: int
) -> None:
    now = timezone.now()
    stage, entered = StageFactory(target_days=3), now - timedelta(days=days)
    gone, here = (LeadFactory(created_at=entered) for _ in range(2))
    for lead in (gone, here):
        LeadStageFactory(lead=lead, stage=stage, changed_at=entered)

    def told() -> set[str]:
        filled = read_today(now, administrator)
        return {x.lead_id for one in filled if one.section.key == key for x in one.rows}

    assert told() == {gone.pk, here.pk}
    erase_person(gone.pk)
    assert told() == {here.pk}
