"""The admin site of the clinic."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string
from unfold.settings import get_config
from unfold.sites import UnfoldAdminSite

from medspa.clinic.current import current_clinic
from medspa.web import site_search

# What each request decides anew; the rest never changes while the process runs.
PER_REQUEST = {
    "has_permission",
    "available_apps",
    "is_popup",
    "log_entries",
    "site_header",
    "site_title",
    "sidebar_navigation",
}


class ClinicAdminSite(UnfoldAdminSite):
    """The theme's admin site; its index redirects to the start page."""

    _shared_context: dict[str, Any] | None = None
    # The name of the view that signs people in; `medspa.admin` puts ours here.
    sign_in_view = ""

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("home")

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Our page to sign in; while nobody can, the first visit."""
        people: Any = get_user_model().objects
        if request.method == "GET" and not people.may_sign_in().exists():
            return redirect("welcome")
        if request.method == "GET" and self.has_permission(request):
            return redirect("home")
        context = {
            **self.each_context(request),
            "title": "Sign in",
            "clinic": current_clinic().name,
            "app_path": request.get_full_path(),
            **(extra_context or {}),
        }
        view = import_string(self.sign_in_view).as_view(
            extra_context=context,
            authentication_form=self.login_form,
            template_name=self.login_template,
            next_page=reverse("home"),
        )
        return view(request)

    def search(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What the search of every page lists; nothing is kept of it."""
        typed = request.GET.get("s", "").strip()
        sidebar = self.each_context(request)["sidebar_navigation"]
        found = site_search.find(request.user, typed, sidebar) if typed else []
        takes = site_search.takes(request.user)
        context = {"found": found, "typed": typed, "takes": takes}
        return render(request, "unfold/helpers/command_results.html", context)

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("change_password")

    def password_change_done(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("account")

    def static_context(self) -> dict[str, Any]:
        """Styles and colors for a page that is made without a request."""
        request = HttpRequest()
        return {
            "site_favicons": self._get_favicons("SITE_FAVICONS", request),
            "border_radius": self._get_config("BORDER_RADIUS", request),
            "colors": self._get_colors("COLORS", request),
            "styles": self._get_list("STYLES", request),
            "scripts": self._get_list("SCRIPTS", request),
        }

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """The context of every page; the theme's settings are read once per process."""
        shared = self._shared_context
        if shared is None:
            context = super().each_context(request)
            shared = {name: context[name] for name in context.keys() - PER_REQUEST} | {
                "navigation": get_config(self.settings_name)["SIDEBAR"]["navigation"]
            }
            self._shared_context = shared
        may_enter = self.has_permission(request)
        sidebar = self.get_sidebar_list(request) if may_enter else []
        return shared | {
            "has_permission": may_enter,
            # The sidebar replaces this list, so few pages ever evaluate it.
            "available_apps": SimpleLazyObject(lambda: self.get_app_list(request)),
            "is_popup": False,
            **_clinic_context(),
            "sidebar_navigation": sidebar,
            "navigation_key": "".join(_cache_key_parts(sidebar)),
        }

    def get_sidebar_list(self, request: HttpRequest) -> list[dict[str, Any]]:
        """The sidebar's groups; the setting `UNFOLD` holds them or a function."""
        navigation = (self._shared_context or {}).get("navigation")
        if navigation is None:
            return []
        groups = navigation(request) if callable(navigation) else navigation
        return [
            group | {"items": [_shown(item, request) for item in group["items"]]}
            for group in groups
        ]


def _clinic_context() -> dict[str, Any]:
    """The clinic's name and logo, in the sidebar, browser titles and prints."""
    clinic = current_clinic()
    return {
        "site_title": clinic.name,
        "site_header": clinic.name,
        "clinic_logo": clinic.logo_id and reverse("clinic_logo", args=[clinic.logo_id]),
    }


def _shown(item: dict[str, Any], request: HttpRequest) -> dict[str, Any]:
    may_open = item["permission"](request)
    is_active = may_open and item["active"](request)
    return item | {"has_permission": may_open, "active": is_active}


def _cache_key_parts(sidebar: list[dict[str, Any]]) -> Iterator[str]:
    """Everything by which two rendered sidebars can differ: the key of the cached one.

    A lazy link needs no part of its own: its item's title determines it.
    """
    for group in sidebar:
        for item in group["items"]:
            if item["has_permission"]:
                link = item["link"] if isinstance(item["link"], str) else ""
                yield f"{'!' if item['active'] else '.'}{item['title']}{link}\n"
