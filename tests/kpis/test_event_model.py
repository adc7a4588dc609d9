"""Every rule of KPI events, in words and in SQL, and what they may say."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from kpis.choices import Kind
from kpis.models import KpiEvent
from leads.models import Lead
from leads.services.pipeline import move
from tests.factories import CampaignFactory, KpiEventFactory, LeadFactory, StageFactory
from tests.rules import Rule, refusal_in_sql, refusal_in_words

pytestmark = pytest.mark.django_db
MONEY_SENTENCE = (
    "A payment or refund needs an amount above zero; other events have none."
)


def paid() -> models.Model:
    return KpiEventFactory(paid=True)


def tomorrow(row: models.Model) -> dict[str, object]:
    return {"occurred_at": timezone.now() + timedelta(days=1)}


def a_payment(row: models.Model) -> dict[str, object]:
    return {"refund_of": KpiEventFactory(paid=True, occurred_at=row.occurred_at)}


def of_a_campaign_alone(row: models.Model) -> dict[str, object]:
    return {"lead": None, "campaign": CampaignFactory()}


def money_rule(make: object, amount: int | None) -> Rule:
    return Rule(
        "kpis_kpievent_money_is_positive",
        make,
        {"value_cents": amount},
        MONEY_SENTENCE,
    )


RULES = [
    Rule(
        "kpis_kpievent_kind_is_known",
        KpiEventFactory,
        {"kind": "rumour"},
        "Choose from the list.",
        "kind",
    ),
    money_rule(paid, None),
    money_rule(paid, 0),
    money_rule(paid, -1),
    money_rule(KpiEventFactory, 1),
    money_rule(lambda: KpiEventFactory(refunded=True), None),
    Rule(
        "kpis_kpievent_belongs_to_lead_or_campaign",
        lambda: KpiEventFactory(kind="ad_click"),
        {"lead": None, "campaign": None},
        "Choose a lead or a campaign.",
    ),
    Rule(
        "kpis_kpievent_only_clicks_lack_a_lead",
        paid,
        of_a_campaign_alone,
        "Only an ad click can be without a lead.",
    ),
    Rule(
        "kpis_kpievent_refund_names_its_payment",
        lambda: KpiEventFactory(refunded=True),
        {"refund_of": None},
        "A refund needs its payment; other events can't have one.",
    ),
    Rule(
        "kpis_kpievent_refund_names_its_payment",
        paid,
        a_payment,
        "A refund needs its payment; other events can't have one.",
    ),
    Rule(
        "kpis_kpievent_metadata_is_an_object",
        KpiEventFactory,
        {"metadata_json": ["a"]},
        "The value: Input should be an object.",
        "metadata_json",
        behind=("kpis_kpievent_metadata_has_known_keys",),
    ),
    Rule(
        "kpis_kpievent_metadata_has_known_keys",
        KpiEventFactory,
        {"metadata_json": {"lastName": "Smith"}},
        "“lastName” can't be stored here. Allowed: scheduled_for, stay.",
        "metadata_json",
    ),
    Rule(
        "kpis_kpievent_not_in_the_future",
        KpiEventFactory,
        tomorrow,
        "An event can't be in the future.",
        "occurred_at",
    ),
]


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_a_form_says_the_sentence(rule: Rule) -> None:
    assert refusal_in_words(rule) == {rule.place: [rule.sentence]}


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_raw_sql_is_refused(rule: Rule) -> None:
    assert refusal_in_sql(rule) == rule.name


def test_an_anonymous_click_needs_only_its_campaign() -> None:
    click = KpiEvent(
        kind=Kind.AD_CLICK, campaign=CampaignFactory(), metadata_json={"click_id": "a1"}
    )
    click.full_clean()
    click.save()
    assert click.metadata.click_id == "a1"


def test_metadata_of_another_kind_is_refused_without_a_form() -> None:
    with pytest.raises(ValidationError, match="click_id"):
        KpiEventFactory(metadata_json={"click_id": "a1"})


def test_an_appointment_needs_its_time_zone() -> None:
    with pytest.raises(ValidationError, match="scheduled_for"):
        KpiEventFactory(metadata_json={"scheduled_for": "2026-03-01T10:00:00"})
    event = KpiEventFactory(metadata_json={"scheduled_for": "2026-03-01T10:00:00Z"})
    assert event.metadata.scheduled_for.isoformat() == "2026-03-01T10:00:00+00:00"


def test_voided_events_and_those_of_deleted_leads_do_not_count() -> None:
    counting, voided, orphaned = KpiEventFactory.create_batch(3)
    voided.delete()
    orphaned.lead.delete()
    assert list(KpiEvent.objects.counting()) == [counting]
    orphaned.lead.restore()
    assert set(KpiEvent.objects.counting()) == {counting, orphaned}


def events_of(lead: Lead) -> list[str]:
    return list(KpiEvent.objects.filter(lead=lead).values_list("kind", flat=True))


def test_entering_a_stage_records_its_event_once() -> None:
    booked = StageFactory(records_kpi="consult_booked")
    back = StageFactory()
    lead = LeadFactory(admitted=True)
    for stage in (booked, back, booked):
        move(lead.pk, stage.pk)
    assert events_of(lead) == ["consult_booked"]
    event = KpiEvent.objects.get(lead=lead)
    assert (
        event.metadata.stay == lead.stage_periods.filter(stage=booked).earliest("id").pk
    )
