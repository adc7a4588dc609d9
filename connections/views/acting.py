"""What people do on the Connections page: set up, retry, dismiss, match."""

from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from connections import setting_up
from connections.models import Connection, ReceivedDelivery, UnmatchedEvent
from connections.page import deciding, stuck
from connections.payment_order import move_before
from connections.registry import DOORS
from connections.taking_in import waiting
from medspa.accounts.second_factor.fresh_views import fresh_sign_in_required
from medspa.refusals import Refused
from medspa.web.refusals import redirect_refused
from medspa.web.site_address import site_address

PAGE = "connections"
SET_UP_RIGHT = "connections.change_connection"
WORK_RIGHT = "connections.work_connection"


@require_POST
@permission_required(SET_UP_RIGHT, raise_exception=True)
@fresh_sign_in_required
def add_connection(request: HttpRequest) -> HttpResponse:
    """With the secrets that were entered at once; then on to its set-up."""
    given = request.POST
    try:
        with transaction.atomic():
            row = setting_up.connect(given.get("door", ""), given.get("account", ""))
            secrets = {name: given.get(name, "") for name in DOORS[row.door].secrets}
            if any(secrets.values()):
                setting_up.set_secrets(row.pk, secrets)
    except (Refused, ValidationError) as refusal:
        return redirect_refused(request, refusal, PAGE)
    if any(secrets.values()):
        messages.success(request, "Connection added.")
    else:
        messages.success(request, "Connection added. Enter its secret next.")
    if not DOORS[row.door].mappings:
        return redirect(PAGE)
    page = reverse("set_up_connection", args=[row.pk])
    return redirect(f"{page}?test=yes" if secrets.get("token") else page)


@require_POST
@permission_required(SET_UP_RIGHT, raise_exception=True)
@fresh_sign_in_required
def set_secrets(request: HttpRequest, connection_id: str) -> HttpResponse:
    """Those that the other system shows; `make` makes one of ours and shows it once."""
    row = find_connection(connection_id)
    makes = request.POST.get("make") == "yes"
    names = DOORS[row.door].secrets
    given = {name: request.POST.get(name, "") for name in names}
    if makes and names:
        given = {names[0]: setting_up.new_secret()}
    try:
        setting_up.set_secrets(row.pk, given)
    except Refused as refusal:
        return redirect_refused(request, refusal, _back(request, row))
    if not makes:
        messages.success(request, "Secret saved.")
        return redirect(_back(request, row))
    address = f"{site_address(request).rstrip('/')}" + reverse(
        "take_delivery", args=[row.pk]
    )
    shown = {"secret": given[names[0]], "door": DOORS[row.door], "address": address}
    context = admin.site.each_context(request) | {
        "title": "New secret",
        "is_fullwidth": "1",
        "breadcrumbs_trail": [(reverse(PAGE), "Connections")],
        **shown,
    }
    return render(request, "connections/new_secret.html", context)


def _back(request: HttpRequest, row: Connection) -> str:
    """The page where the form stood: that of the connection tests a new token."""
    if request.POST.get("back") != "set-up":
        return reverse(PAGE)
    page = reverse("set_up_connection", args=[row.pk])
    return f"{page}?test=yes" if request.POST.get("token") else page


@require_POST
@permission_required(SET_UP_RIGHT, raise_exception=True)
@fresh_sign_in_required
def switch_connection(request: HttpRequest, connection_id: str) -> HttpResponse:
    row = setting_up.switch(
        find_connection(connection_id).pk, is_on=request.POST.get("on") == "yes"
    )
    messages.success(request, f"The connection is {'on' if row.is_on else 'off'}.")
    return redirect(PAGE)


@require_POST
@permission_required(SET_UP_RIGHT, raise_exception=True)
def change_payment_order(request: HttpRequest) -> HttpResponse:
    """`system` counts before `before`, or after all if that is empty."""
    given = request.POST
    try:
        move_before(given.get("system", ""), given.get("before", ""))
    except Refused as refusal:
        return redirect_refused(request, refusal, PAGE)
    messages.success(request, "Order saved. It applies to payments from now on.")
    return redirect(f"{reverse(PAGE)}#payment-order")


def find_connection(connection_id: str) -> Connection:
    row = Connection.objects.filter(pk=connection_id).first()
    if row is None or row.door not in DOORS:
        raise Http404("This connection doesn't exist.")
    return row


@require_POST
@permission_required(WORK_RIGHT, raise_exception=True)
def decide_delivery(request: HttpRequest, delivery_id: str) -> HttpResponse:
    """`act` is `retry` or `dismiss`."""
    if not ReceivedDelivery.objects.filter(pk=delivery_id).exists():
        raise Http404("This delivery doesn't exist.")
    act = deciding.dismiss if request.POST.get("act") == "dismiss" else deciding.retry
    try:
        messages.success(request, act(delivery_id))
    except Refused as refusal:
        return redirect_refused(request, refusal, PAGE)
    return redirect(PAGE)


@require_POST
@permission_required(WORK_RIGHT, raise_exception=True)
def decide_stuck(request: HttpRequest, connection_id: str) -> HttpResponse:
    """`act` is `retry` or `dismiss` for changes, `release` for fields."""
    act = stuck.STUCK_ACTS.get(request.POST.get("act", ""), stuck.retry)
    try:
        messages.success(request, act(find_connection(connection_id)))
    except Refused as refusal:
        return redirect_refused(request, refusal, PAGE)
    return redirect(PAGE)


@require_POST
@permission_required(WORK_RIGHT, raise_exception=True)
def decide_event(request: HttpRequest, unmatched_id: str) -> HttpResponse:
    """`act` is `retry`, `dismiss` or, with a `lead`, `match`."""
    if not UnmatchedEvent.objects.filter(pk=unmatched_id).exists():
        raise Http404("This event doesn't exist.")
    act, lead = request.POST.get("act", ""), request.POST.get("lead", "")
    try:
        if act == "dismiss":
            waiting.dismiss(unmatched_id)
            messages.success(request, "Dismissed.")
        elif act == "match":
            waiting.match(unmatched_id, lead)
            messages.success(request, "Recorded for the lead.")
        else:
            result = waiting.retry(unmatched_id)
            messages.info(request, result.sentence or "Recorded.")
    except Refused as refusal:
        return redirect_refused(request, refusal, PAGE)
    return redirect(PAGE)
