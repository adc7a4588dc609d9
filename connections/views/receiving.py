"""Where other systems send their deliveries: no session, no cookie, no form."""

from functools import cache
from http import HTTPStatus

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from connections.door import Delivery
from connections.models import Connection
from connections.receiving import DELIVERY_TOO_LARGE, receive
from connections.refusals import STATUS_OF_CODE, DeliveryRefused
from connections.registry import DOORS
from connections.strict_json import MOST_BODY_BYTES
from medspa import clock
from medspa.postgres.written_query import WrittenQuery

SENDER_RETRY_SECONDS = "30"
UNKNOWN_CONNECTION = "This connection doesn't exist."
BUSY = "This can't be stored right now. Send it again later."


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def take_delivery(request: HttpRequest, connection_id: str) -> HttpResponse:
    """200 when it is stored or deliberately ignored; else why not, as JSON."""
    try:
        connection = _by_id().first(connection_id)
        door = DOORS.get(connection.door) if connection else None
        if connection is None or door is None:
            return refused(
                "unknown_connection", UNKNOWN_CONNECTION, HTTPStatus.NOT_FOUND
            )
        if request.method != "POST":
            return _answer(request, connection)
        if _length(request) > MOST_BODY_BYTES:
            return refused(
                "too_large", DELIVERY_TOO_LARGE, HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            )
        receive(connection, door, delivery_of(request))
    except DeliveryRefused as refusal:
        status = STATUS_OF_CODE.get(refusal.code, HTTPStatus.BAD_REQUEST)
        return refused(refusal.code, refusal.sentence, status)
    except (OperationalError, InterfaceError):
        response = refused("busy", BUSY, HTTPStatus.SERVICE_UNAVAILABLE)
        response["Retry-After"] = SENDER_RETRY_SECONDS
        return response
    return HttpResponse(door.accepted, content_type="application/json")


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
