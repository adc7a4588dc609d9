"""What is noted for the sums: exactly the subjects whose numbers may have changed."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection

from kpis.models import DirtySubject, KpiEvent
from leads.models import (
    Activity,
    Lead,
    LeadStage,
    LeadTag,
    Opportunity,
    PipelineStage,
    Tag,
)
from tests.factories import CampaignFactory, UserFactory
from tests.kpis import edges
from tests.kpis.edges import AS_OF, TICK, add_event, add_lead, add_touch, day

APRIL = datetime(2026, 4, 1, tzinfo=UTC)


def update(rows: object, key: str, **fields: object) -> Callable[[], object]:
    return lambda: rows.filter(pk=key).update(**fields)  # type: ignore[attr-defined]


def delete(table: str, name: str) -> Callable[[], object]:
    def act() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE id = %s", [name])  # noqa: S608

    return act


leads, events = Lead.all_objects, KpiEvent.all_objects
periods = LeadStage.objects
wanted, touches = Opportunity.all_objects, Activity.all_objects
ACTS: dict[str, tuple[Callable[[], object], list[str]]] = {
    "a lead comes": (lambda: add_lead("new", day(3)), ["new"]),
    "another campaign": (update(leads, "one", campaign="C2"), ["one"]),
    "no campaign": (update(leads, "one", campaign=None), ["one"]),
    "another source": (update(leads, "one", source="referral"), ["one"]),
    "another moment": (update(leads, "one", created_at=day(2) + TICK), ["one"]),
    "a lead is deleted": (update(leads, "one", deleted_at=AS_OF), ["one"]),
    "a lead comes back": (update(leads, "gone", deleted_at=None), ["gone"]),
    "another person": (update(leads, "one", assigned_to="U1"), ["one"]),
    "another name": (update(leads, "one", first_name="Bea"), []),
    "the same campaign": (update(leads, "one", campaign="C1"), []),
    "several leads": (lambda: leads.update(source="phone"), ["gone", "one", "two"]),
    "something wanted": (lambda: edges.add_opportunity("two", "BTX"), ["two"]),
    "another procedure": (update(wanted, "Oone", procedure_code="BTX"), ["one"]),
    "it is deleted": (update(wanted, "Oone", deleted_at=AS_OF), ["one"]),
    "another value": (update(wanted, "Oone", expected_value_cents=9), ["one"]),
    "it is removed": (delete("leads_opportunity", "Oone"), ["one"]),
    "a text": (lambda: add_touch("A", "one", day(3)), ["one"]),
    "an email": (lambda: add_touch("A", "one", day(3), "email_sent"), ["one"]),
    "a call": (lambda: add_touch("A", "one", day(3), "call"), ["one"]),
    "a form": (lambda: add_touch("A", "one", day(3), "form_submit"), []),
    "a text is later": (update(touches, "T", created_at=day(4)), ["two", "two"]),
    "a call is later": (update(touches, "K", created_at=day(4)), ["two", "two"]),
    "an email is later": (update(touches, "M", created_at=day(4)), ["two", "two"]),
    "a text is deleted": (update(touches, "T", deleted_at=AS_OF), ["two", "two"]),
    "a text of another": (update(touches, "T", lead="one"), ["one", "two"]),
    "a form is later": (update(touches, "F", created_at=day(4)), []),
    "a text is removed": (delete("leads_activity", "T"), ["two"]),
    "a form is removed": (delete("leads_activity", "F"), []),
    "a payment": (lambda: add_event("E", "one", "invoice_paid", day(3), 5), ["one"]),
    "a lead's click": (lambda: add_event("E", "one", "ad_click", day(3)), ["one"]),
    "a payment is voided": (update(events, "P", deleted_at=AS_OF), ["two", "two"]),
    "a payment of another": (update(events, "P", lead="one"), ["one", "two"]),
    "a payment is removed": (delete("kpis_kpievent", "P"), ["two"]),
    "somebody's click": (
        lambda: add_event("E", None, "ad_click", APRIL - TICK, campaign_id="C1"),
        ["C1@2026-03"],
    ),
    "a click of april": (
        lambda: add_event("E", None, "ad_click", APRIL, campaign_id="C1"),
        ["C1@2026-04"],
    ),
    "a click is later": (
        update(events, "N", occurred_at=APRIL),
        ["C1@2026-03", "C1@2026-04"],
    ),
    "a click of another": (
        update(events, "N", campaign="C2"),
        ["C1@2026-03", "C2@2026-03"],
    ),
    "a click is voided": (
        update(events, "N", deleted_at=AS_OF),
        ["C1@2026-03", "C1@2026-03"],
    ),
    "a click is removed": (delete("kpis_kpievent", "N"), ["C1@2026-03"]),
    "a click gets a lead": (update(events, "N", lead="one"), ["C1@2026-03", "one"]),
    "a tag": (
        lambda: LeadTag.objects.bulk_create([LeadTag(lead_id="one", tag_id="G2")]),
        ["one"],
    ),
    "another tag": (update(LeadTag.objects, "X", tag="G2"), ["two", "two"]),
    "a tag is taken away": (delete("leads_leadtag", "X"), ["two"]),
    "a tag is retired": (update(Tag.all_objects, "G1", deleted_at=AS_OF), ["two"]),
    "a tag of nobody": (update(Tag.all_objects, "G2", deleted_at=AS_OF), []),
    "a tag comes back": (update(Tag.all_objects, "G3", deleted_at=None), ["one"]),
    "a tag is renamed": (update(Tag.all_objects, "G1", name="Other"), []),
    "a tag stays retired": (update(Tag.all_objects, "G3", deleted_at=day(9)), []),
    "a stage": (lambda: edges.add_stay("Y2", "two", "here", day(4)), ["two"]),
    "a stage is left": (update(periods, "Y1", left_at=day(5)), ["one"]),
    "a stage of another": (update(periods, "Y1", lead="two"), ["one", "two"]),
    "a stage is taken back": (delete("leads_leadstage", "Y1"), ["one"]),
    "a stage is lost": (update(PipelineStage.objects, "here", outcome="lost"), ["one"]),
    "a stage is renamed": (update(PipelineStage.objects, "here", name="There"), []),
}


@pytest.fixture
def clinic(db: None) -> None:
    for name in ("C1", "C2"):
        CampaignFactory(id=name, name=name)
    UserFactory(id="U1")
    add_lead("one", day(2), "C1")
    add_lead("two", day(2))
    add_lead("gone", day(2), deleted_at=AS_OF)
    PipelineStage.objects.bulk_create([PipelineStage(id="here", name="Here", order=99)])
    edges.add_stay("Y1", "one", "here", day(2))
    edges.add_opportunity("one", "FILLER")
    add_touch("T", "two", day(3))
    add_touch("K", "two", day(3), "call")
    add_touch("M", "two", day(3), "email_sent")
    add_touch("F", "two", day(3), "form_submit")
    add_event("P", "two", "invoice_paid", day(3), 5)
    add_event("N", None, "ad_click", day(3), campaign_id="C1")
    for name, deleted_at in (("G1", None), ("G2", None), ("G3", AS_OF)):
        Tag.all_objects.bulk_create([Tag(id=name, name=name, deleted_at=deleted_at)])
    LeadTag.objects.bulk_create(
        [
            LeadTag(id="X", lead_id="two", tag_id="G1"),
            LeadTag(id="Y", lead_id="one", tag_id="G3"),
        ]
    )


@pytest.mark.slow
@pytest.mark.parametrize("what", ACTS)
def test_an_act_is_noted_for_whom_it_concerns(clinic: None, what: str) -> None:
    act, subjects = ACTS[what]
    DirtySubject.objects.all().delete()
    act()
    noted = DirtySubject.objects.order_by("subject").values_list("subject", flat=True)
    assert list(noted) == subjects


def test_a_lead_that_is_removed_is_noted(clinic: None) -> None:
    add_lead("alone", day(5))
    DirtySubject.objects.all().delete()
    delete("leads_lead", "alone")()
    assert [one.subject for one in DirtySubject.objects.all()] == ["alone"]
