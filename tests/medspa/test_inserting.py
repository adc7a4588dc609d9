"""Many rows at once: as many and the same as one by one."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from connections.models import ItemOutcome, Outcome
from kpis.choices import Kind
from kpis.models import KpiEvent
from leads.models import Activity, Lead, LeadTag, Tag
from medspa.audit.actors import acting
from medspa.audit.inserting import (
    FEW_ROWS,
    insert_new_rows,
    insert_rows,
    insert_values,
    read_made,
)
from medspa.audit.writing import create_values_with_history, create_with_history
from medspa.clock import CLOCK_SKEW
from medspa.encryption.fields import EncryptedBytes
from tests.factories import LeadFactory, TagFactory, UserFactory

pytestmark = pytest.mark.django_db
MANY = FEW_ROWS + 1


@pytest.mark.parametrize("count", [FEW_ROWS - 1, MANY])
def test_few_and_many_leads_are_stored_and_encrypted_alike(count: int) -> None:
    rows = [
        Lead(first_name="Ana", email=f"ana{number}@example.com", source="website")
        for number in range(count)
    ]
    create_with_history(Lead, rows)
    first = Lead.objects.get(pk=rows[0].pk)
    assert isinstance(first.__dict__["email"], EncryptedBytes)
    assert (first.email, first.first_name) == ("ana0@example.com", "Ana")
    assert first.external_id is None and first.is_backfilled is False
    assert not rows[0]._state.adding
    rows[0].source = "instagram"
    rows[0].save()
    changes = [row.history_type for row in rows[0].history.order_by("history_id")]
    assert changes == ["+", "~"]
    assert rows[0].history.earliest().email == "ana0@example.com"
    assert Lead.history.count() == count + 1


@pytest.mark.parametrize("count", [FEW_ROWS - 1, MANY])
def test_what_the_database_makes_is_known_afterwards(count: int) -> None:
    lead = LeadFactory.create()
    events = [
        KpiEvent(lead=lead, kind=Kind.INVOICE_PAID, value_cents=100 + number)
        for number in range(count)
    ]
    insert_rows(KpiEvent, events)
    stored = KpiEvent.objects.in_bulk()
    assert [stored[one.pk].recorded_at for one in events] == [
        one.recorded_at for one in events
    ]


@pytest.mark.parametrize("count", [FEW_ROWS - 1, MANY])
def test_a_row_that_a_constraint_refuses_is_djangos_error(count: int) -> None:
    tags = [Tag(name=f"Tag {number}") for number in range(count)]
    tags[-1].color = "red"
    with pytest.raises(IntegrityError, match="color_is_hex"), transaction.atomic():
        insert_rows(Tag, tags)
    assert not Tag.objects.exists()


def test_a_row_is_inserted_once() -> None:
    known = TagFactory.create(name="Peel")
    fresh = Tag(name="Botox")
    assert insert_new_rows(Tag, [Tag(name="peel"), fresh]) == 1
    assert set(Tag.objects.values_list("pk", flat=True)) == {known.pk, fresh.pk}


@pytest.mark.parametrize("count", [0, FEW_ROWS - 1, MANY])
def test_values_leave_the_rows_that_objects_leave(count: int) -> None:
    lead, person = LeadFactory.create(), UserFactory.create()
    names = ("lead_id", "type", "payload_json", "created_by_id")
    tag = TagFactory.create().pk
    values = [(lead.pk, "tag_added", {"tag": tag}, person.pk)] * count
    with acting(reason="Imported"):
        ids = create_values_with_history(Activity, names, values)
    found = Activity.objects.filter(pk__in=ids)
    assert len(set(ids)) == found.count() == count
    for one in found:
        assert (one.lead_id, one.created_by_id) == (lead.pk, person.pk)
        assert one.payload_json == {"tag": tag} and one.deleted_at is None
        assert abs(one.created_at - one.recorded_at) < CLOCK_SKEW
        (change,) = one.history.all()
        assert (change.history_type, change.history_change_reason) == ("+", "Imported")


@pytest.mark.parametrize("count", [FEW_ROWS - 1, MANY])
@pytest.mark.parametrize(
    "words",
    [
        [],
        ["email"],
        ["email", "phone", "source", "tag:cmx0ru2t5270f0ox4ijn636rv"],
        ["a", "b", "null", "NULL"],
        ["a,b", 'say "a"', "back\\slash", "{}", " a ", ""],
    ],
)
def test_a_list_of_words_is_stored_as_it_is(count: int, words: list[str]) -> None:
    names = ("what", "outcome", "fields")
    insert_values(ItemOutcome, names, [("lead", Outcome.CREATED, words)] * count)
    stored = ItemOutcome.objects.values_list("fields", flat=True)
    assert list(stored) == [words] * count


def test_a_name_that_the_model_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match=r"leads\.LeadTag has no lead\.$"):
        insert_values(LeadTag, ("lead", "tag_id"), [("a", "b")])


def test_many_values_that_a_constraint_refuses_are_djangos_error() -> None:
    lead, tag = LeadFactory.create(), TagFactory.create()
    pairs = [(lead.pk, tag.pk)] * MANY
    with pytest.raises(IntegrityError, match="is_unique"), transaction.atomic():
        insert_values(LeadTag, ("lead_id", "tag_id"), pairs)
    assert not LeadTag.objects.exists()


def test_what_the_database_made_of_many_rows_is_read_together() -> None:
    lead = LeadFactory.create()
    events = [
        KpiEvent(lead=lead, kind=Kind.INVOICE_PAID, value_cents=100 + number)
        for number in range(MANY)
    ]
    insert_rows(KpiEvent, events)
    with CaptureQueriesContext(connection) as queries:
        read_made(KpiEvent, events)
        read_made(KpiEvent, events)
        assert all(one.recorded_at for one in events)
    assert len(queries) == 1
