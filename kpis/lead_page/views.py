"""The lead page's actions with consults and money.

Each view reads the form and calls one service; `lead_action_view` turns a refusal into
the sentence on the page.
"""

from datetime import datetime
from decimal import Decimal, DecimalException
from typing import Any

from django.http import HttpRequest

from kpis.events import consults, payments
from kpis.events.refusals import ConsultRefused, PaymentRefused
from kpis.lead_page.payment_form import parse_extras
from kpis.models import KpiEvent
from leads.models import Lead
from leads.services.actions import ActionResult, row_of_same_form
from leads.views.lead_action import form_row_id, lead_action_view
from medspa.clinic_time import read_local_moment
from medspa.money import format_cents
from medspa.templatetags.clinic import moment

MOST_DIGITS_OF_CENTS = 18  # far above what may be paid at once


@lead_action_view("kpis.add_kpievent")
def book_consult(request: HttpRequest, lead: Lead) -> ActionResult:
    scheduled_for = _typed_moment(request)
    key = form_row_id(request)
    event = row_of_same_form(KpiEvent, key, lead) or consults.book(
        lead, scheduled_for, key=key
    )
    words = f"Consult of {lead} booked for {moment(scheduled_for)}."
    return ActionResult(words, "event", event.pk, is_outcome=True)


@lead_action_view("kpis.add_kpievent")
def mark_shown(request: HttpRequest, lead: Lead) -> ActionResult:
    event = consults.show(lead, request.POST.get("booking", ""))
    return ActionResult(
        f"{lead} came to the consult.", "event", event.pk, is_outcome=True
    )


@lead_action_view("leads.add_task")
def mark_no_show(request: HttpRequest, lead: Lead) -> ActionResult:
    task = consults.no_show(lead, request.POST.get("booking", ""))
    words = f"{lead} did not come. “{task}” is planned."
    return ActionResult(words, "no_show", task.pk, is_outcome=True)


@lead_action_view("kpis.add_kpievent")
def pay(request: HttpRequest, lead: Lead) -> ActionResult:
    cents = _typed_cents(request)
    key = form_row_id(request)
    event = row_of_same_form(KpiEvent, key, lead) or _record_payment(
        request, lead, cents, key
    )
    words = f"Payment of {format_cents(event.value_cents)} recorded."
    return ActionResult(words, "event", event.pk)


def _record_payment(request: HttpRequest, lead: Lead, cents: int, key: str) -> KpiEvent:
    person: Any = request.user
    return payments.record_payment(
        lead,
        cents,
        request.POST.get("procedure", ""),
        request.POST.get("category", ""),
        key=key,
        extras=parse_extras(dict(request.POST.lists()), person),
    )


@lead_action_view(payments.REFUND_PERMISSION)
def refund(request: HttpRequest, lead: Lead) -> ActionResult:
    cents = _typed_cents(request)
    key = form_row_id(request)
    event = row_of_same_form(KpiEvent, key, lead) or payments.record_refund(
        lead, request.POST.get("payment", ""), cents, key=key
    )
    words = f"Refund of {format_cents(event.value_cents)} recorded."
    return ActionResult(words, "event", event.pk)


def _typed_moment(request: HttpRequest) -> datetime:
    """The date and time of the form, in the clinic's zone."""
    typed = read_local_moment(request.POST.get("scheduled_for", ""))
    if typed is None:
        raise ConsultRefused(
            "Enter the day and the time of the consult.", "date_is_missing"
        )
    return typed


def _typed_cents(request: HttpRequest) -> int:
    """The amount of the form: dollars with at most two decimals, as exact cents."""
    text = request.POST.get("amount", "").replace("$", "").replace(",", "").strip()
    try:
        cents = Decimal(text) * 100
    except DecimalException:  # not a number, or too large for a decimal
        cents = Decimal("NaN")
    is_readable = cents.is_finite() and cents.adjusted() < MOST_DIGITS_OF_CENTS
    if not is_readable or cents != cents.to_integral_value():
        raise PaymentRefused(
            "Enter the amount in dollars, like 450 or 450.50.", "amount_is_unreadable"
        )
    return int(cents)
