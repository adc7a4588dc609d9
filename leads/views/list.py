"""The lead list: search, filters, views, and the next page of what they leave."""

from typing import Any, NamedTuple

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    JsonResponse,
    QueryDict,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_GET
from django.views.generic import TemplateView

from leads.choices import CallOutcome
from leads.extension_points import long_exports
from leads.lead_list import Listing, read_listing
from leads.lead_list import counts as list_counts
from leads.lead_list.export import EXPORT_FORMATS, export, is_long
from leads.lead_list.headers import column_choices, headers, orders
from leads.lead_list.quick_filters import quick_filters
from leads.lead_list.saved_views import ShownView, is_pinned, resolve, visible_views
from leads.models import SavedView
from leads.search import takes_of
from leads.selection.list_filters import ListFilter, read_list_filters, with_spans
from leads.selection.list_options import ListOptions, read_list_options
from leads.selection.query import Query
from medspa.accounts.second_factor.fresh_views import fresh_sign_in_required
from medspa.clinic_time import clinic_today
from medspa.jobs.views import watch
from medspa.models import User
from medspa.postgres.replica_views import from_replica, reading_alias
from medspa.templatetags.clinic import jinja_part
from medspa.templatetags.known_addresses import address_of
from medspa.web.answers import attachment
from medspa.web.pages import ClinicPageMixin
from medspa.web.toasts import read_toasts


@require_GET
@permission_required("leads.export_lead", raise_exception=True)
@fresh_sign_in_required(is_download=True)
def export_leads(request: HttpRequest) -> HttpResponseBase:
    """What the filters leave, as a file; refused for a filter that no longer exists.

    Above LONG_EXPORT leads a worker makes the file, but not of what was searched for:
    a name or a phone must not stand in a job.
    """
    user: Any = request.user
    filters, notices = read_list_filters(request.GET, user)
    if notices:
        messages.error(request, f"{notices[0]} Nothing was exported.")
        return redirect("leads")
    form = EXPORT_FORMATS.get(request.GET.get("as", ""), EXPORT_FORMATS["csv"])
    if not filters.q and is_long(filters.leads.using(reading_alias(request))):
        (begin,) = long_exports
        given = dict(QueryDict(filters.query).lists())
        return watch(request, begin(given, user, form.ending))
    return StreamingHttpResponse(
        export(
            filters.leads.using(reading_alias(request)),
            user,
            ", ".join(filters.used),
            form,
        ),
        content_type=form.content_type,
        headers=attachment(f"leads_{clinic_today()}.{form.ending}")
        | {"Cache-Control": "no-store"},
    )


@require_GET
@from_replica
@permission_required("leads.view_lead", raise_exception=True)
def option_counts(request: HttpRequest, name: str) -> JsonResponse:
    """Option → count, for a filter that is being opened."""
    filters, _ = read_list_filters(request.GET, request.user)
    if name not in filters.kinds:
        raise Http404("This filter doesn't exist.")
    return JsonResponse(list_counts.option_counts(filters, name))


class _ShownList(NamedTuple):
    """What an address shows: filters, columns, and the leads of one page."""

    shown: ShownView
    views: list[SavedView]
    options: ListOptions
    filters: ListFilter
    notices: list[str]
    listing: Listing

    def row_values(self, user: User) -> dict[str, Any]:
        """What the template of the rows shows."""
        query = self.filters.query
        return {
            "listing": self.listing,
            "query": query,
            "origin": f"in=list&{query}" if query else "in=list",
            "list_url": address_of("leads"),
            "may_log": user.has_perm("leads.add_activity"),
        }


@method_decorator(from_replica, name="dispatch")
class LeadListPage(ClinicPageMixin, TemplateView):
    """The page, or for htmx its next rows alone."""

    permission_required = "leads.view_lead"
    title = "Leads"
    template_name = "leads/list.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user: Any = request.user
        if request.htmx and "after" in request.GET:  # type: ignore[attr-defined]
            rows = _read_list(request.GET, user).row_values(user)
            return HttpResponse(jinja_part("leads/list_rows.html", **rows))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        read = _read_list(self.request.GET, user)
        shown, views, options, filters, notices, listing = read
        return super().get_context_data(
            **read.row_values(user),
            filters=filters,
            notices=[*notices, *filters.remarks],
            quick_filters=quick_filters(filters),
            **_gone(shown, self.request.GET.get("view", ""), options, user),
            headers=headers(shown.columns, filters, listing.order),
            is_first=not self.request.GET.get("after", ""),
            call_outcomes=CallOutcome.choices,
            **_views(shown, views, options, user),
            orders=orders(filters),
            order=listing.order if listing.order != filters.possible_orders[0] else "",
            kept_columns=shown.data.get("columns", ""),
            column_choices=column_choices(shown.columns),
            search_takes=takes_of(filters.q),
            is_empty=not any(options.totals.values()),
            choices=filters.choices,
            assignable=options.assignable,
            toasts=read_toasts(self.request),
            may_restore=user.has_perm("leads.restore_lead"),
            **kwargs,
        )


def _read_list(query: Query, user: User) -> _ShownList:
    """404 for a page that begins nowhere."""
    options, views = read_list_options(user), visible_views(user)
    shown = resolve(with_spans(query), views, options)
    filters, notices = read_list_filters(shown.data, user, options)
    listing = read_listing(filters, query.get("after", ""), shown.columns)
    if listing is None:
        raise Http404("The link to the next leads is invalid.")
    return _ShownList(shown, views, options, filters, notices, listing)


def _gone(
    shown: ShownView, asked: str, options: ListOptions, user: User
) -> dict[str, Any]:
    """What the page says and offers instead of a view that is gone."""
    view_id = asked or options.first_view
    return {
        "gone": shown.gone,
        "gone_view": view_id,
        "is_gone_pinned": is_pinned(user, view_id),
        "is_gone_first": view_id == options.first_view,
    }


def _views(
    shown: ShownView, views: list[SavedView], options: ListOptions, user: User
) -> dict[str, Any]:
    """What the menus of views show; `everything` is the address of the whole list."""
    view: Any = shown.view
    return {
        "views": views,
        "view": view,
        "is_changed": shown.is_changed,
        "is_own": view is not None and view.owner_id == user.pk,
        "is_pinned": view is not None and is_pinned(user, view.pk),
        "is_first_view": view is not None and view.pk == options.first_view,
        "everything": address_of("leads")
        + ("?changed=yes" if options.first_view else ""),
    }
