"""Commission months of the sample clinic in every state, made by the services.

The months before the last are paid and locked, the last is partly approved and has a
disputed line and a correction of an earlier month, and the running one is a draft.
"""

from datetime import date

from django.db import transaction

from commissions.credits.crediting import split
from commissions.engine.schemas import WHOLE_BPS
from commissions.models import Credit, Dispute, DisputeReason, Provider, Statement
from commissions.statements import closing
from commissions.statements.calculate import run_month
from kpis.choices import Kind
from kpis.models import KpiEvent
from medspa.audit.actors import acting
from medspa.clinic_time import clinic_zone, day_range
from medspa.models import User
from medspa.months import last_day, month_of, previous_month


@transaction.atomic
def close_sample_months(signer: User, raised_by: User, today: date) -> None:
    """`signer` approves, locks and pays; `raised_by` disputes a line."""
    running = month_of(today)
    last = previous_month(running)
    locked = previous_month(last)
    paid = previous_month(locked)
    for month in (paid, locked):
        run_month(month)
        closing.approve(month, signer)
        closing.lock(month, signer)
    closing.mark_paid(paid, signer)
    with acting(user=signer):
        _credit_somebody_else(locked)
    run_month(last)
    disputed = _dispute_a_line(last, raised_by)
    rows = Statement.objects.current().of_month(last).order_by("provider__name")
    chosen = [row.pk for row in rows if row.pk != disputed][:-1]
    closing.approve(last, signer, chosen)
    run_month(running)


def _credit_somebody_else(month: date) -> None:
    """A credit of a closed month that is put right late."""
    start, end = day_range(month, last_day(month), clinic_zone())
    credit = (
        Credit.objects.filter(
            kpi_event__kind=Kind.INVOICE_PAID,
            kpi_event__occurred_at__gte=start,
            kpi_event__occurred_at__lt=end,
            share_bps=WHOLE_BPS,
        )
        .order_by("-kpi_event__value_cents", "pk")
        .first()
    )
    other = Provider.objects.order_by("-name").first()
    if credit and other and other.pk != credit.provider_id:
        event: KpiEvent = credit.kpi_event
        half = WHOLE_BPS // 2
        split(event, {credit.provider_id: half, other.pk: WHOLE_BPS - half})


def _dispute_a_line(month: date, person: User) -> str:
    """The id of the statement with the disputed line; empty without any line."""
    rows = Statement.objects.current().of_month(month).filter(lines__isnull=False)
    statement = rows.order_by("-payable_cents", "pk").first()
    if statement is None:
        return ""
    line = statement.lines.order_by("-amount_cents", "position")[0]
    Dispute.objects.create(
        statement=statement,
        line=line,
        reason=DisputeReason.SHARE,
        raised_by=person,
    )
    return statement.pk
