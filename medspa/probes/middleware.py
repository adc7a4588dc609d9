"""Middleware: answers probes before anything that a page needs.

No session, no redirect to https and no check of the Host header stands in their way:
who probes from this computer or by an address has neither. That is safe because the
answers depend on neither, and hold nothing but single words (`/health/ready`) or need a
token (`/metrics`).
"""

import hmac
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from medspa.health.lines import Severity
from medspa.health.version import VERSION
from medspa.postgres.database_tls import is_local
from medspa.probes.checks import ready_checks
from medspa.probes.metrics import metrics_text


def answer_probes(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    def middleware(request: HttpRequest) -> HttpResponseBase:
        probe = PROBES.get(request.path)
        if probe is None:
            return get_response(request)
        request.is_probe = True  # type: ignore[attr-defined]
        if request.method not in ("GET", "HEAD"):
            response = HttpResponse(status=HTTPStatus.METHOD_NOT_ALLOWED)
            response["Allow"] = "GET, HEAD"
        else:
            response = probe(request)
        response["Cache-Control"] = "no-store"
        return response

    return middleware


def live(request: HttpRequest) -> HttpResponse:
    """This process takes requests; nothing else is asked."""
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> HttpResponse:
    """`?exclude=worker` leaves a check out, as often as it is given."""
    checks = ready_checks(frozenset(request.GET.getlist("exclude")))
    worst = max(checks.values(), default=Severity.OK)
    told = {
        "status": worst.word,
        "checks": {name: severity.word for name, severity in checks.items()},
    }
    if is_near(request) or has_token(request):
        told["version"] = VERSION
    is_ready = worst < Severity.ERROR
    return JsonResponse(
        told, status=HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE
    )


def metrics(request: HttpRequest) -> HttpResponse:
    """For who has METRICS_TOKEN; without that setting there is no such address."""
    if not settings.METRICS_TOKEN:
        return HttpResponse(status=HTTPStatus.NOT_FOUND)
    if not has_token(request):
        response = HttpResponse(status=HTTPStatus.UNAUTHORIZED)
        response["WWW-Authenticate"] = "Bearer"
        return response
    try:
        return HttpResponse(metrics_text(), content_type=CONTENT_TYPE_PLAIN_0_0_4)
    except (DatabaseError, InterfaceError):
        return HttpResponse(status=HTTPStatus.SERVICE_UNAVAILABLE)


def is_near(request: HttpRequest) -> bool:
    """Whether it comes from this computer and through no proxy of ours."""
    return is_local(request.META.get("REMOTE_ADDR", "") or "unknown")


def has_token(request: HttpRequest) -> bool:
    given = request.META.get("HTTP_AUTHORIZATION", "").encode()
    expected = f"Bearer {settings.METRICS_TOKEN}".encode()
    return bool(settings.METRICS_TOKEN) and hmac.compare_digest(given, expected)


PROBES: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "/health/live": live,
    "/health/ready": ready,
    "/metrics": metrics,
}
