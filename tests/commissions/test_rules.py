"""Every rule of providers, commission rules and credits, in words and in SQL."""

from contextlib import nullcontext
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from commissions.credits.crediting import name_provider
from commissions.models import LeadProvider
from medspa.reading.short_names import ABOUT_SOMEBODY_SENTENCE
from tests.commissions.clinic import TEN_PERCENT
from tests.commissions.statement_rules import STATEMENTS
from tests.factories import (
    CommissionRuleFactory,
    CreditFactory,
    KpiEventFactory,
    LeadFactory,
    ProviderFactory,
    UserFactory,
)
from tests.rules import Rule, constraint_of, refusal_in_sql, refusal_in_words, update

pytestmark = pytest.mark.django_db


def taken_provider(row: models.Model) -> dict[str, object]:
    other = ProviderFactory(name="Noor Injects")
    return {"name": other.name.upper()}


def taken_user(row: models.Model) -> dict[str, object]:
    return {"user": ProviderFactory(user=UserFactory()).user}


def same_provider(row: models.Model) -> dict[str, object]:
    other = CreditFactory(kpi_event=row.kpi_event, share_bps=1)
    return {"provider": other.provider}


def more_than_the_whole(row: models.Model) -> dict[str, object]:
    CreditFactory(kpi_event=row.kpi_event, share_bps=5000)
    return {"share_bps": 5001}


def of_an_ad_click(row: models.Model) -> dict[str, object]:
    return {"kpi_event": KpiEventFactory(kind="ad_click", metadata_json={})}


def small_credit() -> models.Model:
    return CreditFactory(share_bps=100)


def chosen_in_an_hour(row: models.Model) -> dict[str, object]:
    return {"chosen_at": timezone.now() + timedelta(hours=1)}


RULES = [
    *STATEMENTS,
    Rule(
        "commissions_leadprovider_not_in_the_future",
        lambda: name_provider(LeadFactory(), ProviderFactory().pk),
        chosen_in_an_hour,
        "This can't be in the future.",
    ),
    Rule(
        "commissions_provider_name_is_no_persons",
        ProviderFactory,
        {"name": "Livia b. 1/2/1990"},
        ABOUT_SOMEBODY_SENTENCE,
        "name",
    ),
    Rule(
        "commissions_provider_has_a_name",
        ProviderFactory,
        {"name": ""},
        "This field is required.",
        "name",
    ),
    Rule(
        "commissions_provider_name_is_unique",
        ProviderFactory,
        taken_provider,
        "There is already a provider with this name.",
        "name",
    ),
    Rule(
        "commissions_provider_role_is_known",
        ProviderFactory,
        {"role": "boss"},
        "Choose from the list.",
        "role",
    ),
    Rule(
        "commissions_provider_user_id_key",
        ProviderFactory,
        taken_user,
        "Another provider already signs in as this person.",
        "user",
    ),
    Rule(
        "commissions_commissionrule_is_for_provider_or_role",
        CommissionRuleFactory,
        {"role": "injector"},
        "Choose either a provider or a role.",
    ),
    Rule(
        "commissions_commissionrule_role_is_known",
        lambda: CommissionRuleFactory(provider=None, role="injector"),
        {"role": "boss"},
        "Choose from the list.",
        "role",
    ),
    Rule(
        "commissions_commissionrule_ends_after_it_starts",
        CommissionRuleFactory,
        {"effective_to": date(2025, 12, 31)},
        "The end date can't be before the start date.",
    ),
    Rule(
        "commissions_commissionrule_rule_is_an_object",
        CommissionRuleFactory,
        {"rule_json": [1]},
        "rule: Input should be an object.",
        "rule_json",
    ),
    Rule(
        "commissions_commissionrule_type_is_known",
        CommissionRuleFactory,
        {"rule_json": {"v": 2, "type": "lottery"}},
        "rule: Input tag 'lottery' found using 'type' does not match any of the "
        "expected tags: 'percent', 'flat', 'tiered', 'bonus', 'pool', 'draw'.",
        "rule_json",
    ),
    Rule(
        "commissions_commissionrule_procedures_are_listed",
        CommissionRuleFactory,
        {"rule_json": TEN_PERCENT | {"match": {"procedures": ["BTX", "NOPE"]}}},
        "Choose procedures from the list.",
        "rule_json",
    ),
    Rule(
        "commissions_commissionrule_version_check",
        CommissionRuleFactory,
        {"version": -1},
        "Enter 0 or more.",
        "version",
    ),
    Rule(
        "commissions_credit_is_unique",
        small_credit,
        same_provider,
        "This provider already has a share of it.",
    ),
    Rule(
        "commissions_credit_is_a_share",
        CreditFactory,
        {"share_bps": 10_001},
        "Enter a share above 0, up to 100.",
        "share_bps",
    ),
    Rule(
        "commissions_credit_is_for_payments_and_consults",
        CreditFactory,
        of_an_ad_click,
        "Only payments and consults are credited.",
        "kpi_event",
    ),
    Rule(
        "commissions_credit_shares_fit",
        small_credit,
        more_than_the_whole,
        "The shares of one payment can't exceed 100%.",
        "share_bps",
    ),
]


@pytest.mark.slow
@pytest.mark.parametrize("rule", RULES, ids=str)
def test_a_form_says_the_sentence(rule: Rule) -> None:
    assert refusal_in_words(rule) == {rule.place: [rule.sentence]}


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_raw_sql_is_refused(rule: Rule) -> None:
    assert refusal_in_sql(rule) == rule.name


@pytest.mark.parametrize(
    "rule_json",
    [
        {},
        {"type": "percent"},
        {"v": 2},
        {"v": None, "type": "percent"},
        {"v": 2, "type": None},
    ],
    ids=str,
)
def test_raw_sql_may_leave_out_neither_version_nor_type(rule_json: dict) -> None:
    row = CommissionRuleFactory()
    with pytest.raises(IntegrityError) as refusal:
        update(row, {"rule_json": rule_json})
    assert constraint_of(refusal.value) == "commissions_commissionrule_type_is_known"


def test_a_rule_outside_the_language_is_refused_without_a_form() -> None:
    with pytest.raises(ValidationError, match="rate_bps"):
        CommissionRuleFactory(
            rule_json={
                "v": 2,
                "type": "percent",
                "event": "invoice_paid",
                "rate_bps": 10_001,
            }
        )


def test_a_rule_longer_than_8_kb_is_refused() -> None:
    members = {f"member{number}": 1 for number in range(700)}
    rule_json = {
        "v": 2,
        "type": "pool",
        "event": "invoice_paid",
        "rate_bps": 100,
        "members": members,
    }
    with pytest.raises(ValidationError, match="at most 8 KB"):
        CommissionRuleFactory(rule_json=rule_json)


def test_shares_may_fill_the_whole_and_a_share_may_be_lowered() -> None:
    first = CreditFactory(share_bps=4000)
    second = CreditFactory(kpi_event=first.kpi_event, share_bps=6000)
    second.share_bps = 5000
    second.full_clean()
    second.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        CreditFactory(kpi_event=first.kpi_event, share_bps=1001)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(share_bps) FROM commissions_credit WHERE kpi_event_id = %s",
            [first.kpi_event_id],
        )
        assert cursor.fetchone() == (9000,)


@pytest.mark.parametrize(("hours", "is_refused"), [(0.9, False), (1.1, True)])
def test_a_treating_provider_is_recorded_at_most_an_hour_ahead(
    hours: float, is_refused: bool
) -> None:
    name_provider(LeadFactory(), ProviderFactory().pk)
    moment = timezone.now() + timedelta(hours=hours)
    refused: Any = nullcontext()
    if is_refused:
        refused = pytest.raises(IntegrityError, match="recorded in the future")
    with refused:
        LeadProvider.objects.update(recorded_at=moment)
