"""Short answers in one shape: what happened, what was kept, what to do.

A page for a browser; JSON with the same sentence for htmx and scripts, which
`static/js/shell.js` shows above the page. None of them uses the database or the
session, which may be what is broken.
"""

from http import HTTPStatus
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse

from medspa.clinic.current import clinic_scope, known_clinic
from medspa.web.admin_site import ClinicAdminSite

JSON = "application/json"


def attachment(name: str) -> dict[str, str]:
    """The header of an answer that a browser saves as a file.

    Every file that leaves the site is named here, so that a test finds each view that
    hands one out and sees that it asks for a fresh sign-in.
    """
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def is_for_script(request: HttpRequest) -> bool:
    """Whether htmx or a script of ours asked, which shows no page."""
    headers = request.headers
    return headers.get("HX-Request") == "true" or headers.get("Accept") == JSON


def answer(
    request: HttpRequest,
    status: HTTPStatus,
    title: str,
    words: str,
    *,
    sign_in: str = "",
    onward: tuple[str, str] | None = None,
    has_help: bool = True,
    has_home: bool = True,
) -> HttpResponse:
    """`sign_in` is the address to sign in at, where that is what helps.

    `onward` is where to go on, an address and its label.
    `has_help` is False where the page of help would fail as well, `has_home` where the
    start page leads back here.
    """
    if is_for_script(request):
        told = {"message": f"{title}. {words}", "sign_in": sign_in}
        return JsonResponse(told, status=status)
    site: ClinicAdminSite = admin.site  # type: ignore[assignment]
    context = site.static_context() | {
        "title": title,
        "words": words,
        "sign_in": sign_in,
        "onward": onward,
        "has_help": has_help and not sign_in,
        "has_home": has_home,
    }
    with clinic_scope(known_clinic()):
        page = render_to_string("medspa/error.html", context)
    return HttpResponse(page, status=status)


def sign_in_address(request: HttpRequest) -> str:
    """Where to sign in, and from there back to the page that the person sees."""
    page = reverse("home")
    if is_for_script(request):
        seen = urlsplit(request.headers.get("Referer", ""))
        page = urlunsplit(("", "", seen.path, seen.query, "")) or page
    elif request.method == "GET":
        page = request.get_full_path()
    return f"{reverse('admin:login')}?{urlencode({'next': page})}"
