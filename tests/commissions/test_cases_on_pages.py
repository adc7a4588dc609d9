"""The reference cases in the product: rows, signed months, statements on their page."""

import json
from datetime import date, datetime
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from commissions.engine import RuleRow, compute
from commissions.engine.rule_language import parse_rule
from commissions.models import CommissionRule, Credit, Provider
from commissions.rules.month_totals import load_totals
from commissions.statements.loading import LoadedMonth
from commissions.statements.loading import load as load_month
from kpis.choices import Kind
from kpis.models import KpiEvent
from leads.models import Lead
from medspa.clinic_time import local_date
from medspa.formats import format_cents
from medspa.ids import new_id
from medspa.models import User
from medspa.months import month_of, months_between
from tests.commissions.clinic import close, hire, statement_of
from tests.commissions.reference_case import all_cases, months_of
from tests.factories import LeadFactory

pytestmark = pytest.mark.django_db
# A code of the cases that no clinic has yet, and one that no case uses with it.
STAND_IN = ('"SPF"', '"FACE"')
CASES: list[dict[str, Any]] = [
    json.loads(json.dumps(case).replace(*STAND_IN))
    for name, case in all_cases()
    if name.startswith("commission_cases")
]


def load(case: dict[str, Any]) -> dict[str, Provider]:
    """The rows of the case; its names of providers → the providers."""
    # In the order of the case, which decides who gets a cent that is left over.
    ids = sorted(new_id() for _ in case["providers"])
    people = {
        key: hire(row["name"], role=row["role"], id=own_id)
        for own_id, (key, row) in zip(ids, case["providers"].items(), strict=True)
    }
    for row in case["rules"]:
        CommissionRule.objects.create(
            provider=people.get(row["provider"]),
            role=row["role"] or "",
            effective_from=row["effective_from"],
            effective_to=row["effective_to"],
            priority=row["priority"],
            rule_json=_terms(row["rule_json"], people),
        )
    leads = {name: LeadFactory() for name in {row["lead"] for row in case["events"]}}
    found: dict[str, KpiEvent] = {}
    for row in case["events"]:
        found[row["id"]] = event = _event(row, leads, found)
        if row["kind"] != Kind.INVOICE_REFUNDED:
            for share in row["credits"]:
                Credit.objects.create(
                    kpi_event=event,
                    provider=people[share["provider"]],
                    share_bps=share["share_bps"],
                )
    return people


def _terms(terms: dict[str, Any], people: dict[str, Provider]) -> dict[str, Any]:
    if "members" not in terms:
        return terms
    members = {people[key].pk: weight for key, weight in terms["members"].items()}
    return terms | {"members": members}


def _event(
    row: dict[str, Any], leads: dict[str, Lead], known: dict[str, KpiEvent]
) -> KpiEvent:
    details = {}
    if row["kind"] == Kind.INVOICE_PAID:
        details = {name: row[name] for name in ("procedure", "category") if row[name]}
        if row["cost_cents"]:
            details["cost_cents"] = row["cost_cents"]
    return KpiEvent.objects.create(
        kind=row["kind"],
        lead=leads[row["lead"]],
        value_cents=row["value_cents"] or None,
        occurred_at=datetime.fromisoformat(row["occurred_at"]),
        refund_of=known.get(row.get("refund_of") or ""),
        metadata_json=details,
    )


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_each_month_is_signed_and_its_page_says_the_figures(
    case: dict[str, Any], manager: User, administrator: User, client: Client
) -> None:
    people = load(case)
    client.force_login(administrator)
    for month in months_from_the_first_event(case):
        close(month, manager)
        for wanted in case["expected"]["statements"]:
            if wanted["period"] == f"{month:%Y-%m}":
                _check(client, statement_of(people[wanted["provider"]], month), wanted)


def months_from_the_first_event(case: dict[str, Any]) -> list[date]:
    """Months are signed in order, so also those before the case's own."""
    zone = ZoneInfo(case["timezone"])
    first, last = months_of(case)[0], months_of(case)[-1]
    moments = [datetime.fromisoformat(row["occurred_at"]) for row in case["events"]]
    earliest = month_of(local_date(min(moments), zone))
    return list(months_between(min(first, earliest), last))


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_totals_are_the_same_when_alike_events_are_one(case: dict[str, Any]) -> None:
    load(case)
    for event in KpiEvent.objects.filter(refunds=None).exclude(
        kind=Kind.INVOICE_REFUNDED
    ):
        _record_again(event)
    nothing = {"v": 2, "type": "draw", "amount_cents": 0, "recoverable": False}
    tried = RuleRow("", parse_rule(nothing), date(2020, 1, 1))
    for month in months_from_the_first_event(case):
        singly, counted = load_month(month), load_totals(month, tried)
        assert _earned(counted) == _earned(singly)


def _record_again(event: KpiEvent) -> None:
    shares = list(event.credits.values_list("provider", "share_bps"))
    event.pk = new_id()
    event.save(force_insert=True)
    for provider, share_bps in shares:
        Credit.objects.create(
            kpi_event=event, provider_id=provider, share_bps=share_bps
        )


def _earned(loaded: LoadedMonth) -> list[int]:
    found = compute(loaded.inputs, [loaded.month], since=loaded.since)
    return [statement.earned_cents for statement in found.statements]


def _check(client: Client, statement: Any, wanted: dict[str, Any]) -> None:
    assert sorted(statement.lines.values_list("amount_cents", flat=True)) == sorted(
        line["amount_cents"] for line in wanted["lines"]
    )
    assert statement.payable_cents == wanted["payable_cents"]
    assert statement.opening_cents == wanted["opening_balance_cents"]
    assert statement.closing_cents == wanted["closing_balance_cents"]
    answer = client.get(reverse("statement", args=[statement.pk]))
    page = unescape(answer.content.decode())
    for cents in (wanted["payable_cents"], *_amounts(wanted)):
        assert format_cents(cents) in page


def _amounts(wanted: dict[str, Any]) -> list[int]:
    """Zero lines stand together on the page."""
    return [line["amount_cents"] for line in wanted["lines"] if line["amount_cents"]]
