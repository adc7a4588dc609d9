"""Commission months of the sample clinic in every state, made by the services.

The months before the last are paid and locked, the last is partly approved and has a
disputed line and a correction of an earlier month, and the running one is a draft.
"""

from datetime import date

from django.db import transaction

from commissions.credits.crediting import split
from commissions.engine.schemas import WHOLE_BPS
from commissions.models import (
    Credit,
    Dispute,
    DisputeReason,
    Provider,
    Role,
    Statement,
    StatementLine,
)
from commissions.statements import closing
from commissions.statements.calculate import run_month
from kpis.choices import Kind
from medspa.audit.actors import acting
from medspa.clinic_time import clinic_zone, day_range
from medspa.models import User
from medspa.months import last_day, month_of, previous_month


@transaction.atomic
def close_sample_months(signer: User, payee: User, today: date) -> None:
    """`signer` approves, locks and pays; `payee` signs in as the injector Mia and
    disputes a line."""
    running = month_of(today)
    last = previous_month(running)
    locked = previous_month(last)
    paid = previous_month(locked)
    mia = _link(payee)
    for month in (paid, locked):
        run_month(month)
        closing.approve(month, signer)
        closing.lock(month, signer)
    closing.mark_paid(paid, signer)
    with acting(user=signer):
        _credit_somebody_else(locked, mia)
    run_month(last)
    _dispute_a_line(last, payee)
    rows = Statement.objects.current().of_month(last).order_by("provider__name")
    # The last one stays a draft, and so does the disputed one.
    closing.approve(last, signer, [row.pk for row in rows[: len(rows) - 1]])
    run_month(running)


def _link(payee: User) -> Provider:
    mia = Provider.objects.filter(role=Role.INJECTOR).order_by("name")[0]
    mia.user = payee
    mia.save()
    return mia


def _credit_somebody_else(month: date, provider: Provider) -> None:
    """A credit of a closed month that is put right late: from `provider` to another of
    the same role, so that both get a correction."""
    start, end = day_range(month, last_day(month), clinic_zone())
    credit = (
        Credit.objects.filter(
            provider=provider,
            kpi_event__kind=Kind.INVOICE_PAID,
            kpi_event__occurred_at__gte=start,
            kpi_event__occurred_at__lt=end,
            share_bps=WHOLE_BPS,
        )
        .order_by("-kpi_event__value_cents", "pk")
        .first()
    )
    other = Provider.objects.filter(role=provider.role).exclude(pk=provider.pk).first()
    if credit and other:
        half = WHOLE_BPS // 2
        split(credit.kpi_event, {provider.pk: half, other.pk: WHOLE_BPS - half})


def _dispute_a_line(month: date, person: User) -> None:
    lines = StatementLine.objects.filter(
        statement__in=Statement.objects.current().of_month(month).of_person(person)
    )
    if line := lines.earned().order_by("-amount_cents", "position").first():
        Dispute.objects.create(
            statement=line.statement,
            line=line,
            reason=DisputeReason.SHARE,
            raised_by=person,
        )
