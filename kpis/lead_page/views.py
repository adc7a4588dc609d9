"""The lead page's actions with money.

Each view reads the form and calls one service; `lead_action_view` turns a refusal into
the sentence on the page.
"""

from dataclasses import replace
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.generic import TemplateView

from kpis.choices import Category, Kind
from kpis.events import payments
from kpis.events.dates import moment_of
from kpis.events.refusals import PaymentRefused
from kpis.lead_page.payment_form import are_as_entered, parse_extras
from kpis.models import KpiEvent
from leads.extension_points import WIN
from leads.models import Lead
from leads.models.procedure import offered_procedures
from leads.services.actions import (
    OTHER_DETAILS,
    ActionRefused,
    ActionResult,
    row_of_same_form,
)
from leads.views.lead_action import form_row_id, lead_action_view
from medspa.clinic_time import clinic_today, clinic_zone, local_date, read_day
from medspa.formats import format_cents
from medspa.ids import new_id
from medspa.reading.amounts import NegativeAmount, parse_cents
from medspa.web.pages import ClinicPageMixin

OUT_OF_RANGE = -1  # cents that no payment, refund or cost can be


@lead_action_view("kpis.add_kpievent")
def pay(request: HttpRequest, lead: Lead) -> ActionResult:
    new, key = _typed_payment(request), form_row_id(request)
    event = _sent_before(request, lead, new, key)
    event = event or _record_payment(request, lead, new, key)
    words = f"Payment of {format_cents(event.value_cents)} recorded."
    return ActionResult(words, "event", event.pk, then=WIN)


def _record_payment(
    request: HttpRequest, lead: Lead, new: payments.PaymentChange, key: str
) -> KpiEvent:
    person: Any = request.user
    return payments.record_payment(
        lead,
        new.cents,
        new.procedure,
        new.category,
        cost_cents=new.cost_cents,
        paid_at=moment_of(
            _typed_day(request), may_reopen=person.has_perm(payments.REFUND_PERMISSION)
        ),
        key=key,
        extras=parse_extras(dict(request.POST.lists()), person),
    )


def _typed_payment(request: HttpRequest) -> payments.PaymentChange:
    return payments.PaymentChange(
        _typed_cents(request),
        request.POST.get("procedure", ""),
        request.POST.get("category", ""),
        _typed_cost(request),
        _typed_day(request) or clinic_today(),
    )


def _sent_before(
    request: HttpRequest, lead: Lead, new: payments.PaymentChange, key: str
) -> KpiEvent | None:
    """The payment that the same form made; ActionRefused where it says otherwise."""
    event: KpiEvent | None = row_of_same_form(KpiEvent, key, lead)
    if event is None:
        return None
    made = payments.change_of(event)
    paid_on = new.paid_on if _typed_day(request) else made.paid_on
    category = new.category or Category.SERVICE.value
    is_same = made == replace(new, category=category, paid_on=paid_on)
    parts = dict(request.POST.lists())
    person: Any = request.user
    if event.kind != Kind.INVOICE_PAID or not (
        is_same and are_as_entered(event, parts, person)
    ):
        raise ActionRefused(OTHER_DETAILS)
    return event


@lead_action_view(payments.REFUND_PERMISSION)
def refund(request: HttpRequest, lead: Lead) -> ActionResult:
    cents = _typed_cents(request)
    key = form_row_id(request)
    payment = request.POST.get("payment", "")
    day = _typed_day(request)
    event = row_of_same_form(
        KpiEvent, key, lead, value_cents=cents, refund_of_id=payment
    )
    if event and day and day != local_date(event.occurred_at, clinic_zone()):
        raise ActionRefused(OTHER_DETAILS)
    event = event or payments.record_refund(
        lead, payment, cents, refunded_on=day, key=key
    )
    words = f"Refund of {format_cents(event.value_cents)} recorded."
    return ActionResult(words, "event", event.pk)


@lead_action_view(payments.REFUND_PERMISSION)
def correct_payment(request: HttpRequest, lead: Lead) -> ActionResult:
    new, key = _typed_payment(request), form_row_id(request)
    event = _sent_before(request, lead, new, key) or payments.replace_payment(
        lead, request.POST.get("payment", ""), new, key=key
    )
    words = f"Payment corrected: {format_cents(event.value_cents)}."
    return ActionResult(words)


class PaymentPage(ClinicPageMixin, TemplateView):
    """One payment's form, to correct it."""

    permission_required = payments.REFUND_PERMISSION
    title = "Correct payment"
    template_name = "kpis/correct_payment.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        payment = get_object_or_404(
            KpiEvent.objects.select_related("lead"),
            pk=self.kwargs["event_id"],
            lead=self.kwargs["lead_id"],
            lead__deleted_at__isnull=True,
            kind=Kind.INVOICE_PAID,
        )
        lead: Any = payment.lead
        now = payments.change_of(payment)
        return super().get_context_data(
            payment=payment,
            lead=lead,
            now=now,
            amount=_dollars(now.cents),
            cost=_dollars(now.cost_cents) if now.cost_cents else "",
            procedures=offered_procedures(now.procedure),
            categories=Category.choices,
            today=clinic_today(),
            new_key=new_id(),
            breadcrumbs_trail=[(reverse("lead", args=[lead.pk]), str(lead))],
            **kwargs,
        )


def _dollars(cents: int) -> str:
    """As the form takes it."""
    return f"{cents // 100}.{cents % 100:02}"


def _typed_day(request: HttpRequest) -> date | None:
    """The day of the form; None where it was left out."""
    text = request.POST.get("day", "").strip()
    typed = read_day(text)
    if text and typed is None:
        raise PaymentRefused("Enter the date like 2026-03-01.", "day_is_unreadable")
    return typed


def _typed_cents(request: HttpRequest) -> int:
    return _cents_of(request.POST.get("amount", ""))


def _typed_cost(request: HttpRequest) -> int:
    """The product cost of the form; nothing where it was left empty."""
    text = request.POST.get("cost", "").strip()
    return _cents_of(text) if text else 0


def _cents_of(typed: str) -> int:
    """An amount with at most two decimals, as exact cents."""
    try:
        cents = parse_cents(typed)
    except NegativeAmount:
        return OUT_OF_RANGE
    except ValueError:
        cents = None
    if cents is None or cents.denominator != 1:
        raise PaymentRefused(
            "Enter the amount, like 450 or 450.50.", "amount_is_unreadable"
        )
    return int(cents)
