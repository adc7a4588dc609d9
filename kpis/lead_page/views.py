"""Consults and money from the lead page: thin views over the acts."""

from datetime import datetime
from decimal import Decimal, DecimalException

from django.http import HttpRequest
from django.utils.dateparse import parse_datetime

from kpis.events import consults, payments
from kpis.models import KpiEvent
from leads.models import Lead
from leads.services.actions import ActRefused, Done, made_before
from leads.views.lead_action import lead_act, row_key
from medspa.clinic_time import clinic_zone
from medspa.money import format_cents
from medspa.templatetags.clinic import moment

MOST_DIGITS = 18  # of cents; what may be paid at once is less


@lead_act("kpis.add_kpievent")
def book_consult(request: HttpRequest, lead: Lead) -> Done:
    scheduled_for = _moment(request)
    key = row_key(request)
    event = made_before(KpiEvent, key, lead) or consults.book(
        lead, scheduled_for, key=key
    )
    words = f"Consult of {lead} booked for {moment(scheduled_for)}."
    return Done(words, "event", event.pk, is_outcome=True)


@lead_act("kpis.add_kpievent")
def mark_shown(request: HttpRequest, lead: Lead) -> Done:
    event = consults.show(lead, request.POST.get("booking", ""))
    return Done(f"{lead} came to the consult.", "event", event.pk, is_outcome=True)


@lead_act("leads.add_task")
def mark_no_show(request: HttpRequest, lead: Lead) -> Done:
    task = consults.no_show(lead, request.POST.get("booking", ""))
    words = f"{lead} did not come. “{task}” is planned."
    return Done(words, "task", task.pk, is_outcome=True)


@lead_act("kpis.add_kpievent")
def record_payment(request: HttpRequest, lead: Lead) -> Done:
    cents = _cents(request)
    key = row_key(request)
    event = made_before(KpiEvent, key, lead) or payments.pay(
        lead,
        cents,
        request.POST.get("procedure", ""),
        request.POST.get("category", ""),
        key=key,
        said=request.POST,
    )
    words = f"Payment of {format_cents(event.value_cents)} recorded."
    return Done(words, "event", event.pk)


@lead_act(payments.REFUND)
def record_refund(request: HttpRequest, lead: Lead) -> Done:
    cents = _cents(request)
    key = row_key(request)
    event = made_before(KpiEvent, key, lead) or payments.refund(
        lead, request.POST.get("payment", ""), cents, key=key
    )
    words = f"Refund of {format_cents(event.value_cents)} recorded."
    return Done(words, "event", event.pk)


def _moment(request: HttpRequest) -> datetime:
    """The typed moment, in the clinic's zone."""
    try:
        typed = parse_datetime(request.POST.get("scheduled_for", ""))
    except ValueError:
        typed = None
    if typed is None or typed.tzinfo is not None:
        raise ActRefused("Enter the day and the time of the consult.")
    return typed.replace(tzinfo=clinic_zone())


def _cents(request: HttpRequest) -> int:
    """Dollars with at most two decimals, as exact cents."""
    text = request.POST.get("amount", "").replace("$", "").replace(",", "").strip()
    try:
        cents = Decimal(text) * 100
    except DecimalException:  # no number, or one beyond all numbers
        cents = Decimal("NaN")
    is_whole = cents.is_finite() and cents.adjusted() < MOST_DIGITS
    if not is_whole or cents != cents.to_integral_value():
        raise ActRefused("Enter the amount in dollars, like 450 or 450.50.")
    return int(cents)
