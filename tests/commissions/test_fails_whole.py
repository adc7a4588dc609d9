"""What fails in the middle leaves money, credits and rules as they were."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import Error, connection

from commissions.credits.crediting import credit_defaults, split
from commissions.models import CommissionRule, Credit, Provider
from commissions.rules.versions import RuleChange, change_rule
from commissions.statements.calculate import run_month
from kpis.choices import VoidReason
from kpis.events import payments, voiding
from kpis.models import KpiEvent
from tests.commissions.clinic import APRIL, MARCH, TEN_PERCENT, agree, hire, pay
from tests.factories import LeadFactory, UserFactory

pytestmark = pytest.mark.django_db
REFUSE = """
SET CONSTRAINTS ALL IMMEDIATE;
CREATE FUNCTION refuse_here() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'in the middle'; END $$;
CREATE TRIGGER refuse_here BEFORE INSERT ON {} FOR EACH ROW
WHEN ({}) EXECUTE FUNCTION refuse_here();
"""
EVENTS = "kpis_kpieventhistory"
CREDITS = "commissions_credithistory"
RULES = "commissions_commissionrulehistory"
Act = Callable[[Provider, KpiEvent], Any]


def pay_more(ana: Provider, sale: KpiEvent) -> None:
    payments.record_payment(sale.lead, 500)


def refund(ana: Provider, sale: KpiEvent) -> None:
    payments.record_refund(sale.lead, sale.pk, 500)


def void(ana: Provider, sale: KpiEvent) -> None:
    voiding.void(sale.pk, VoidReason.TEST)


def split_again(ana: Provider, sale: KpiEvent) -> None:
    split(sale, {ana.pk: 0, hire("Zoe RN").pk: 5_000})


def credit(ana: Provider, sale: KpiEvent) -> None:
    credit_defaults(MARCH)


def change(ana: Provider, sale: KpiEvent) -> None:
    rule = CommissionRule.objects.get()
    changed = RuleChange(ana.pk, "", rule.rule_json, 5, APRIL, None)
    change_rule(rule, changed)


@pytest.mark.parametrize(
    ("act", "table", "condition"),
    [
        (pay_more, EVENTS, "true"),
        (refund, EVENTS, "true"),
        (void, EVENTS, "true"),
        (split_again, CREDITS, "NEW.history_type = '+'"),
        (credit, CREDITS, "true"),
        (change, RULES, "NEW.history_type = '+'"),
    ],
    ids=["pay", "refund", "void", "split", "credit", "change"],
)
def test_what_fails_in_the_middle_changes_nothing(
    act: Act, table: str, condition: str
) -> None:
    ana = hire("Ana RN", user=UserFactory())
    agree(ana, TEN_PERCENT)
    sale = pay(ana, 10_000, lead=LeadFactory(assigned_to=ana.user))
    pay(None, 10_000, lead=sale.lead)
    run_month(MARCH)
    before = standing()
    connection.cursor().execute(REFUSE.format(table, condition))
    with pytest.raises(Error, match="in the middle"):
        act(ana, sale)
    assert standing() == before


def standing() -> list[Any]:
    return [
        list(model.order_by("pk").values())
        for model in (
            KpiEvent.all_objects,
            Credit.objects,
            CommissionRule.all_objects,
        )
    ]


# A rule's next version ------------------------------------------------------


@pytest.mark.parametrize(
    ("begins", "ends", "is_gone"),
    [
        (date(2026, 3, 15), date(2026, 3, 14), False),
        (date(2026, 1, 2), date(2026, 1, 1), False),
        (date(2026, 1, 1), None, True),
        (date(2025, 12, 31), None, True),
    ],
)
def test_a_used_rule_ends_the_day_before_its_next_version(
    begins: date, ends: date | None, is_gone: bool
) -> None:
    ana = hire()
    rule = agree(ana, TEN_PERCENT)
    pay(ana, 10_000)
    run_month(MARCH)
    terms = {**TEN_PERCENT, "rate_bps": 500}
    following = change_rule(rule, RuleChange(ana.pk, "", terms, 3, begins, None, "Al"))
    rule.refresh_from_db()
    assert (rule.effective_to, rule.is_deleted) == (ends, is_gone)
    assert (following.replaces, following.version) == (rule, 2)
    assert (following.effective_from, following.priority) == (begins, 3)
    assert (following.rule_json, following.acknowledged_name) == (terms, "Al")


@pytest.mark.parametrize(("begins", "ends_as_well"), [(15, False), (16, True)])
def test_no_version_follows_one_that_has_ended_by_then(
    begins: int, ends_as_well: bool
) -> None:
    ana = hire()
    rule = agree(ana, TEN_PERCENT, effective_to=date(2026, 3, 15))
    pay(ana, 10_000)
    run_month(MARCH)
    changed = RuleChange(ana.pk, "", TEN_PERCENT, 3, date(2026, 3, begins), None)
    if ends_as_well:
        with pytest.raises(Exception, match="This version ends before then"):
            change_rule(rule, changed)
        assert CommissionRule.all_objects.get() == rule
    else:
        assert change_rule(rule, changed).version == 2


def test_only_another_end_keeps_a_used_rule_and_notes_who_acknowledged() -> None:
    ana = hire()
    rule = agree(ana, TEN_PERCENT)
    pay(ana, 10_000)
    run_month(MARCH)
    kept = change_rule(
        rule, RuleChange(ana.pk, "", TEN_PERCENT, 0, APRIL, date(2026, 5, 31), "Al")
    )
    assert (kept.pk, kept.effective_from) == (rule.pk, date(2026, 1, 1))
    assert (kept.effective_to, kept.acknowledged_name) == (date(2026, 5, 31), "Al")


@pytest.mark.parametrize(
    "other",
    [{"provider_id": None}, {"provider_id": None, "role": "laser"}, {"priority": 1}],
    ids=str,
)
def test_another_scope_or_priority_is_another_version(other: dict) -> None:
    ana = hire()
    rule = agree(ana, TEN_PERCENT)
    change = RuleChange(
        **{
            "provider_id": ana.pk,
            "role": "",
            "rule_json": TEN_PERCENT,
            "priority": 0,
            "effective_from": APRIL,
            "effective_to": None,
            **other,
        }
    )
    assert not change.is_only_an_end(rule)


def test_an_unused_rule_becomes_what_it_should_be() -> None:
    ana = hire()
    rule = agree(ana, TEN_PERCENT)
    terms = {"v": 2, "type": "draw", "amount_cents": 5, "recoverable": False}
    end = date(2026, 5, 31)
    same = change_rule(rule, RuleChange(None, "laser", terms, 3, MARCH, end, "Al"))
    assert same.pk == rule.pk
    assert (same.provider_id, same.role, same.rule_json) == (None, "laser", terms)
    assert (same.priority, same.effective_from, same.effective_to) == (3, MARCH, end)
    assert (same.acknowledged_name, same.version) == ("Al", 1)
