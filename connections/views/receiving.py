"""Where other systems send their deliveries: no session, no cookie, no form."""

from functools import cache
from http import HTTPStatus

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from connections.door import Delivery
from connections.models import Connection
from connections.receiving import DELIVERY_TOO_LARGE, receive, receive_unchanged
from connections.refusals import STATUS_OF_CODE, DeliveryRefused
from connections.registry import DOORS
from connections.strict_json import MOST_BODY_BYTES
from medspa import clock
from medspa.extension_points import program_answers
from medspa.postgres.written_query import WrittenQuery
from medspa.programs.middleware import answer_by_view

RECEIVING_PREFIX = "/connections/in/"
SENDER_RETRY_SECONDS = "30"
UNKNOWN_CONNECTION = "This connection doesn't exist."
# Connections as this process read them last: the next delivery is checked by their
# secrets, and stored if those are still the ones.
_known: dict[str, Connection] = {}
BUSY = "This can't be stored right now. Send it again later."


@program_answers.extend(RECEIVING_PREFIX)
def answer_delivery(request: HttpRequest) -> HttpResponseBase:
    try:
        return answer_by_view(request)
    except Resolver404:
        return refused("unknown_connection", UNKNOWN_CONNECTION, HTTPStatus.NOT_FOUND)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def take_delivery(request: HttpRequest, connection_id: str) -> HttpResponse:
    """200 when it is stored or deliberately ignored; else why not, as JSON."""
    try:
        return _take(request, connection_id)
    except DeliveryRefused as refusal:
        status = STATUS_OF_CODE.get(refusal.code, HTTPStatus.BAD_REQUEST)
        return refused(refusal.code, refusal.sentence, status)
    except (OperationalError, InterfaceError):
        response = refused("busy", BUSY, HTTPStatus.SERVICE_UNAVAILABLE)
        response["Retry-After"] = SENDER_RETRY_SECONDS
        return response


def _take(request: HttpRequest, connection_id: str) -> HttpResponse:
    delivery = None
    if request.method == "POST":
        if _length(request) > MOST_BODY_BYTES:
            return refused(
                "too_large", DELIVERY_TOO_LARGE, HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            )
        delivery = delivery_of(request)
        known = _known.get(connection_id)
        if known and receive_unchanged(known, DOORS[known.door], delivery):
            return _accepted(known)
    connection = _by_id().first(connection_id)
    if connection is None or connection.door not in DOORS:
        return refused("unknown_connection", UNKNOWN_CONNECTION, HTTPStatus.NOT_FOUND)
    if delivery is None:
        return _answer(request, connection)
    receive(connection, DOORS[connection.door], delivery)
    _known[connection_id] = connection
    return _accepted(connection)


def _accepted(connection: Connection) -> HttpResponse:
    accepted = DOORS[connection.door].accepted
    return HttpResponse(accepted, content_type="application/json")


@cache
def _by_id() -> WrittenQuery[Connection]:
    return WrittenQuery(Connection.objects.filter(pk="").order_by()[:1])


def _answer(request: HttpRequest, connection: Connection) -> HttpResponse:
    """For systems that ask by GET whether the address is ours."""
    answer = DOORS[connection.door].answer
    body = answer(delivery_of(request), connection.secret_values) if answer else None
    if body is None:
        return refused("post_only", "Send deliveries by POST.", HTTPStatus.NOT_FOUND)
    return HttpResponse(body, content_type="text/plain")


def _length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def delivery_of(request: HttpRequest) -> Delivery:
    """One byte more than is allowed is read, so that a longer body is refused."""
    return Delivery(
        body=request.read(MOST_BODY_BYTES + 1),
        headers={name.lower(): value for name, value in request.headers.items()},
        query=request.GET.dict(),
        url=request.build_absolute_uri(),
        content_type=request.content_type or "",
        received_at=clock.now(),
    )


def refused(code: str, sentence: str, status: int) -> HttpResponse:
    return JsonResponse({"error": code, "message": sentence}, status=status)
