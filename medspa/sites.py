"""The admin site of the clinic."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from unfold.sites import UnfoldAdminSite


class ClinicAdminSite(UnfoldAdminSite):
    """The theme's site; its index is the page where a person's work starts."""

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("home")
