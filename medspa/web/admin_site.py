"""The admin site of the clinic."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import SimpleLazyObject
from unfold.settings import get_config
from unfold.sites import UnfoldAdminSite

# What depends on the request; the rest is the same as long as the process lives.
OF_A_REQUEST = {
    "has_permission",
    "available_apps",
    "is_popup",
    "log_entries",
    "sidebar_navigation",
}


class ClinicAdminSite(UnfoldAdminSite):
    """The theme's site; its index is the page where a person's work starts."""

    _lasting: dict[str, Any] | None = None

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("home")

    def look(self) -> dict[str, Any]:
        """Styles and colours for a page that knows no request."""
        asked = HttpRequest()
        return {
            "site_favicons": self._get_favicons("SITE_FAVICONS", asked),
            "border_radius": self._get_config("BORDER_RADIUS", asked),
            "colors": self._get_colors("COLORS", asked),
            "styles": self._get_list("STYLES", asked),
            "scripts": self._get_list("SCRIPTS", asked),
        }

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """What every page shows; the theme's settings are read once per process."""
        lasting = self._lasting
        if lasting is None:
            context = super().each_context(request)
            lasting = {
                name: context[name] for name in context.keys() - OF_A_REQUEST
            } | {"navigation": get_config(self.settings_name)["SIDEBAR"]["navigation"]}
            self._lasting = lasting
        may_enter = self.has_permission(request)
        sidebar = self.get_sidebar_list(request) if may_enter else []
        return lasting | {
            "has_permission": may_enter,
            # The sidebar stands in their place; few pages ask for them.
            "available_apps": SimpleLazyObject(lambda: self.get_app_list(request)),
            "is_popup": False,
            "sidebar_navigation": sidebar,
            "navigation_key": "".join(_looks(sidebar)),
        }

    def get_sidebar_list(self, request: HttpRequest) -> list[dict[str, Any]]:
        """The groups of `UNFOLD`, or what its function answers for the request."""
        navigation = (self._lasting or {}).get("navigation")
        if navigation is None:
            return []
        groups = navigation(request) if callable(navigation) else navigation
        return [
            group | {"items": [_shown(item, request) for item in group["items"]]}
            for group in groups
        ]


def _shown(item: dict[str, Any], request: HttpRequest) -> dict[str, Any]:
    may_open = item["permission"](request)
    is_active = may_open and item["active"](request)
    return item | {"has_permission": may_open, "active": is_active}


def _looks(sidebar: list[dict[str, Any]]) -> Iterator[str]:
    """Whatever makes one sidebar look unlike another, so that it may be kept.

    Links that are still to be looked up belong to their titles.
    """
    for group in sidebar:
        for item in group["items"]:
            if item["has_permission"]:
                link = item["link"] if isinstance(item["link"], str) else ""
                yield f"{'!' if item['active'] else '.'}{item['title']}{link}\n"
