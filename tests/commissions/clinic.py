"""A small clinic whose months are closed in tests."""

from datetime import UTC, date, datetime
from typing import Any

from commissions.models import Credit, Provider, Statement
from commissions.statements import closing
from commissions.statements.calculate import run_month
from kpis.models import KpiEvent
from leads.models import Lead
from medspa.models import User
from tests.factories import (
    CommissionRuleFactory,
    KpiEventFactory,
    LeadFactory,
    ProviderFactory,
)
from tests.rules import let_history_change

MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)
TEN_PERCENT = {"v": 2, "type": "percent", "event": "invoice_paid", "rate_bps": 1000}
DRAW = {"type": "draw", "amount_cents": 9_000, "recoverable": True}


def hire(name: str = "", **columns: Any) -> Provider:
    """An injector who has been here since New Year."""
    columns.setdefault("created_at", datetime(2026, 1, 1, tzinfo=UTC))
    return ProviderFactory(**({"name": name} if name else {}), **columns)


def was_linked(
    provider: Provider, person: User, since: datetime, until: datetime
) -> None:
    """`person` signed in as `provider` from `since` on, and no longer from `until`."""
    for user in (person, None):
        provider.user = user
        provider.save()
    made, linked, unlinked = provider.history.order_by("history_id")
    let_history_change(Provider)
    for row, moment in ((made, since), (linked, since), (unlinked, until)):
        row.history_date = moment
        row.save()


def at(month: date, day: int) -> datetime:
    return datetime(month.year, month.month, day, 17, tzinfo=UTC)


def pay(
    provider: Provider | None,
    cents: int,
    month: date = MARCH,
    *,
    day: int = 10,
    share: int = 10_000,
    lead: Lead | None = None,
    **details: Any,
) -> KpiEvent:
    """A payment of `month`, credited to `provider`."""
    event = KpiEventFactory(
        lead=lead or LeadFactory(),
        kind="invoice_paid",
        value_cents=cents,
        occurred_at=at(month, day),
        metadata_json={"procedure": "BTX", "category": "service", **details},
    )
    if provider:
        Credit.objects.create(kpi_event=event, provider=provider, share_bps=share)
    return event


def refund(payment: KpiEvent, cents: int, month: date, *, day: int = 12) -> KpiEvent:
    return KpiEventFactory(
        lead=payment.lead,
        kind="invoice_refunded",
        value_cents=cents,
        refund_of=payment,
        occurred_at=at(month, day),
    )


def agree(provider: Provider | None, terms: dict[str, Any], **columns: Any) -> Any:
    """A rule from January on."""
    return CommissionRuleFactory(
        provider=provider, rule_json={"v": 2, **terms}, **columns
    )


def statement_of(provider: Provider, month: date = MARCH) -> Statement:
    return Statement.objects.current().get(provider=provider, month=month)


def amounts(statement: Statement) -> list[int]:
    return list(statement.lines.values_list("amount_cents", flat=True))


def close(month: date, manager: User) -> None:
    """Work `month` out, approve and lock it; somebody else made the rules."""
    run_month(month)
    assert not closing.approve(month, manager).refused
    assert not closing.lock(month, manager).refused
