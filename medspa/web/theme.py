"""The admin theme: names, colors and the sidebar."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.html import escape

from medspa.clinic.current import current_clinic
from medspa.templatetags.known_addresses import address_of

# Below the leads in addresses, and not in the sidebar.
SET_UP_PAGES = ("/leads/deleted/", "/leads/exports/", "/leads/tags/")
CREDIT_PAGES = (
    "/commissions/credits/",
    "/commissions/credit/",
    "/admin/commissions/credit/",
)


def _allowed(*permissions: str) -> Any:
    def permission(request: HttpRequest) -> bool:
        return all(request.user.has_perm(name) for name in permissions)

    return permission


def _item(
    title: str, icon: str, link: Any, prefix: str | tuple[str, ...], *permissions: str
) -> dict:
    """A sidebar entry, marked on the pages whose path starts with `prefix`."""

    def active(request: HttpRequest) -> bool:
        return request.path.startswith(prefix)

    return {
        "title": title,
        "icon": icon,
        "link": link,
        "active": active,
        "permission": _allowed(*permissions),
    }


def _table(title: str, icon: str, app: str, model: str) -> dict:
    return _item(
        title,
        icon,
        reverse_lazy(f"admin:{app}_{model}_changelist"),
        f"/admin/{app}/{model}/",
        f"{app}.view_{model}",
    )


def _is_lead_page(request: HttpRequest) -> bool:
    path = request.path
    if _open_view(request) in {view["id"] for view in _pinned_views(request)}:
        return False
    return path.startswith(("/admin/leads/lead/", "/leads/")) and not path.startswith(
        (*SET_UP_PAGES, "/leads/board/", "/leads/today/")
    )


def _is_campaign_page(request: HttpRequest) -> bool:
    return request.path.startswith(("/campaigns/", "/admin/campaigns/"))


def _is_people_page(request: HttpRequest) -> bool:
    return request.path.startswith(("/people/", "/admin/medspa/user/", "/admin/auth/"))


def _is_month_page(request: HttpRequest) -> bool:
    path = request.path
    return path.startswith("/commissions/") and not path.startswith(
        ("/commissions/rules/", *CREDIT_PAGES)
    )


def _is_own_commissions(request: HttpRequest) -> bool:
    """For who sees everybody's statements, these pages belong to the other entry."""
    return request.path.startswith("/commissions/") and not request.user.has_perm(
        "commissions.view_month"
    )


def _sees_runs(request: HttpRequest) -> bool:
    """Who may see everybody's, and who started one lately (loaded with the user)."""
    user: Any = request.user
    return getattr(user, "has_job_runs", False) or user.has_perm("medspa.view_jobrun")


def _is_being_set_up(request: HttpRequest) -> bool:
    may = request.user.has_perm("medspa.change_clinic")
    return may and not current_clinic().is_set_up


WORK = {
    "title": "Work",
    "items": [
        _item("Get started", "rocket_launch", reverse_lazy("checklist"), "/setup/")
        | {"permission": _is_being_set_up},
        _item(
            "Today",
            "today",
            reverse_lazy("today"),
            "/leads/today/",
            "leads.view_lead",
        ),
        _item(
            "Pipeline",
            "view_kanban",
            reverse_lazy("board"),
            "/leads/board/",
            "leads.view_lead",
        ),
        _item(
            "Calendar",
            "calendar_month",
            reverse_lazy("calendar"),
            "/calendar/",
            "leads.view_lead",
        ),
        _item("Leads", "contacts", reverse_lazy("leads"), "/leads/", "leads.view_lead")
        | {"active": _is_lead_page},
        _item("Background jobs", "hourglass_top", reverse_lazy("jobs"), "/runs/")
        | {"permission": _sees_runs},
    ],
}
NUMBERS = {
    "title": "Numbers",
    "items": [
        _item("KPIs", "monitoring", reverse_lazy("kpis"), "/kpis/", "kpis.view_kpis"),
        _item(
            "Campaigns",
            "campaign",
            reverse_lazy("campaigns"),
            "/campaigns/",
            "campaigns.view_campaign",
        )
        | {"active": _is_campaign_page},
        _item(
            "Payments &amp; events",
            "receipt_long",
            reverse_lazy("payments"),
            ("/payments/", "/admin/kpis/kpievent/"),
            "kpis.view_kpievent",
        ),
        _item(
            "Commissions",
            "payments",
            reverse_lazy("commissions"),
            "/commissions/",
            "commissions.view_month",
        )
        | {"active": _is_month_page},
        _item(
            "My commissions",
            "account_balance_wallet",
            reverse_lazy("my_commissions"),
            "/commissions/",
            "commissions.view_own_statement",
        )
        | {"active": _is_own_commissions},
        _item(
            "Commission credits",
            "pie_chart",
            reverse_lazy("credits"),
            CREDIT_PAGES,
            "commissions.view_credit",
        ),
    ],
}
SET_UP = {
    "title": "Settings",
    "items": [
        _item(
            "Clinic",
            "storefront",
            reverse_lazy("clinic"),
            "/clinic/",
            "medspa.change_clinic",
        ),
        _table("Stages", "steppers", "leads", "pipelinestage"),
        _table("Procedures", "vaccines", "leads", "procedure"),
        _table("Sources", "call_split", "leads", "leadsource"),
        _table("Lost reasons", "heart_broken", "leads", "leadlostreason"),
        _item(
            "Tags",
            "label",
            reverse_lazy("tags"),
            ("/leads/tags/", "/admin/leads/tag/", "/admin/leads/tagsuggestion/"),
            "leads.view_tag",
        ),
        _item(
            "Web forms",
            "web",
            reverse_lazy("web_forms"),
            "/forms/",
            "connections.view_webform",
        ),
        _table("Providers", "stethoscope", "commissions", "provider"),
        _item(
            "Commission rules",
            "percent",
            reverse_lazy("commission_rules"),
            "/commissions/rules/",
            "commissions.view_commissionrule",
        ),
        _item(
            "Connections",
            "hub",
            reverse_lazy("connections"),
            "/connections/",
            "connections.view_connection",
        ),
        _item("People", "group", reverse_lazy("people"), "/people/", "medspa.view_user")
        | {"active": _is_people_page},
        _item(
            "API keys", "key", reverse_lazy("api_keys"), "/api/keys/", "api.view_apikey"
        ),
        _item(
            "Webhooks",
            "webhook",
            reverse_lazy("webhooks"),
            "/api/webhooks/",
            "api.view_webhookendpoint",
        ),
        _item(
            "Deleted leads",
            "restore_from_trash",
            reverse_lazy("deleted_leads"),
            "/leads/deleted/",
            "leads.restore_lead",
        ),
        _item(
            "Exports",
            "download",
            reverse_lazy("exports"),
            ("/leads/exports/", "/admin/leads/exportlog/"),
            "leads.view_exportlog",
        ),
    ],
}
SAFEKEEPING = {
    "title": "Safekeeping",
    "items": [
        _item(
            "Status",
            "monitor_heart",
            reverse_lazy("health"),
            "/health/",
            "medspa.change_user",
        ),
        _item(
            "Backups",
            "backup",
            reverse_lazy("backups"),
            "/safekeeping/backups/",
            "safekeeping.view_backup",
        ),
        _item(
            "Retention",
            "auto_delete",
            reverse_lazy("retention"),
            ("/safekeeping/retention/", "/safekeeping/certificates/"),
            "safekeeping.view_retentionnight",
        ),
        _item(
            "Erasure",
            "person_remove",
            reverse_lazy("erasure"),
            "/safekeeping/erasure/",
            "safekeeping.view_erasurerequest",
        ),
        _item(
            "Audit log",
            "policy",
            reverse_lazy("audit_log"),
            "/safekeeping/audit/",
            "medspa.view_auditevent",
        ),
    ],
}


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The sidebar's groups, with the saved views that the person has pinned."""
    pinned = [_pinned(view) for view in _pinned_views(request)]
    work = WORK | {"items": [*WORK["items"], *pinned]}
    return [work, NUMBERS, SET_UP, SAFEKEEPING]


def _pinned(view: dict[str, str]) -> dict[str, Any]:
    link = f"{address_of('leads')}?view={view['id']}"
    # The theme does not escape titles, and this one was entered by a person.
    item = _item(escape(view["name"]), "bookmark", link, "", "leads.view_lead")
    return item | {"active": lambda request: _open_view(request) == view["id"]}


def _pinned_views(request: HttpRequest) -> list[dict[str, str]]:
    """Loaded with the user (see `leads.lead_list.pinned_views`)."""
    return getattr(request.user, "sidebar_views", None) or []


def _open_view(request: HttpRequest) -> str:
    is_list = request.path == address_of("leads")
    return request.GET.get("view", "") if is_list else ""


UNFOLD = {
    "SITE_TITLE": "MedSpa Growth Hub",
    "SITE_HEADER": "MedSpa Growth Hub",
    "SITE_SYMBOL": "spa",
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "href": lambda request: static("favicon.svg"),
        }
    ],
    "SITE_URL": None,
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "8px",
    "STYLES": [lambda request: static("css/site.css")],
    "SCRIPTS": [lambda request: static("js/shell.js")],
    "SIDEBAR": {"show_search": False, "navigation": navigation},
    "COLORS": {
        "base": {
            "50": "#fbfbfa",
            "100": "#f4f4f2",
            "200": "#e6e5e1",
            "300": "#d0d2cf",
            "400": "#9aa5a1",
            "500": "#5f6866",
            "600": "#4b5352",
            "700": "#353d3b",
            "800": "#28302e",
            "900": "#171c1b",
            "950": "#101413",
        },
        "primary": {
            "50": "#f0f8f7",
            "100": "#e3f1ef",
            "200": "#bfe3de",
            "300": "#8bcfc6",
            "400": "#2dd4bf",
            "500": "#149488",
            "600": "#0f766e",
            "700": "#0d645d",
            "800": "#0e4f4a",
            "900": "#12332f",
            "950": "#06201d",
        },
        "font": {
            "subtle-light": "var(--color-base-500)",
            "subtle-dark": "var(--color-base-400)",
            "default-light": "var(--color-base-700)",
            "default-dark": "var(--color-base-300)",
            "important-light": "var(--color-base-900)",
            "important-dark": "var(--color-base-100)",
        },
    },
}
