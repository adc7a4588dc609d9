"""Providers, rules, credits and statements."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from commissions.models import (
    CommissionRule,
    Credit,
    Dispute,
    Provider,
    Statement,
    StatementLine,
)
from tests.factories.kpis import KpiEventFactory
from tests.factories.people import UserFactory


class ProviderFactory(DjangoModelFactory):
    name = factory.Sequence(lambda number: f"Provider {number}")
    role = "injector"

    class Meta:
        model = Provider


class CommissionRuleFactory(DjangoModelFactory):
    provider = factory.SubFactory(ProviderFactory)
    effective_from = date(2026, 1, 1)
    rule_json = factory.LazyFunction(
        lambda: {
            "v": 2,
            "type": "percent",
            "event": "invoice_paid",
            "rate_bps": 1000,
        }
    )

    class Meta:
        model = CommissionRule


class CreditFactory(DjangoModelFactory):
    kpi_event = factory.SubFactory(KpiEventFactory, paid=True)
    provider = factory.SubFactory(ProviderFactory)
    share_bps = 10_000

    class Meta:
        model = Credit


class StatementFactory(DjangoModelFactory):
    """A draft of January without any line."""

    provider = factory.SubFactory(ProviderFactory)
    month = date(2026, 1, 1)

    class Meta:
        model = Statement


class StatementLineFactory(DjangoModelFactory):
    """A line of nothing, so that its statement still adds up."""

    statement = factory.SubFactory(StatementFactory)
    position = 1
    rule = factory.SubFactory(CommissionRuleFactory)
    kind = "sale"
    base_cents = 0
    exact = "0"
    amount_cents = 0

    class Meta:
        model = StatementLine


class DisputeFactory(DjangoModelFactory):
    statement = factory.SubFactory(StatementFactory)
    reason = "rule"
    raised_by = factory.SubFactory(UserFactory)

    class Meta:
        model = Dispute
