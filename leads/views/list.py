"""The lead list: search, filters, views, and the next page of what they leave."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET
from django.views.generic import TemplateView

from leads.lead_list import counts as list_counts
from leads.lead_list import filtered_leads, read_listing
from leads.lead_list.export import FORMATS, export
from leads.lead_list.headers import column_choices, headers, orders
from leads.lead_list.saved_views import Asked, is_pinned, resolve, visible_views
from leads.models import SavedView
from leads.selection.list_filters import (
    ListFilter,
    Offer,
    read_list_filters,
    read_offer,
)
from medspa.clinic_time import clinic_today
from medspa.models import User
from medspa.web.pages import ClinicPageMixin
from medspa.web.toasts import read_toasts


@require_GET
@permission_required("leads.export_lead", raise_exception=True)
def export_leads(request: HttpRequest) -> HttpResponseBase:
    """What the filters leave, as a file; a filter that is gone is not left out."""
    user: Any = request.user
    filters, notices = read_list_filters(request.GET, user)
    if notices:
        messages.error(request, f"{notices[0]} Nothing was exported.")
        return redirect("leads")
    asked = [name for name in filters.filters if filters.form[name].value()]
    form = FORMATS.get(request.GET.get("as", ""), FORMATS["csv"])
    return StreamingHttpResponse(
        export(filtered_leads(filters), user, ", ".join(asked), form),
        content_type=form.content_type,
        headers={
            "Content-Disposition": (
                f'attachment; filename="leads_{clinic_today()}.{form.ending}"'
            ),
            "Cache-Control": "no-store",
        },
    )


@require_GET
@permission_required("leads.view_lead", raise_exception=True)
def option_counts(request: HttpRequest, name: str) -> JsonResponse:
    """Option → count, for the filter that somebody is about to open."""
    if name not in ListFilter.PILLS:
        raise Http404("There is no such filter.")
    filters, _ = read_list_filters(request.GET, request.user)
    return JsonResponse(list_counts.option_counts(filters, name))


class LeadListPage(ClinicPageMixin, TemplateView):
    """The page, or for htmx its next rows alone."""

    permission_required = "leads.view_lead"
    title = "Leads"

    def get_template_names(self) -> list[str]:
        is_partial = self.request.htmx and "after" in self.request.GET  # type: ignore[attr-defined]
        return ["leads/_list_rows.html" if is_partial else "leads/list.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        after = self.request.GET.get("after", "")
        offer, views = read_offer(user), visible_views(user)
        asked = resolve(self.request.GET, views, offer)
        filters, notices = read_list_filters(asked.data, user, offer)
        listing = read_listing(filters, offer.totals, after, asked.columns)
        if listing is None:
            raise Http404("The link to the next leads is broken.")
        query = filters.kept
        return super().get_context_data(
            filters=filters,
            notices=[*asked.notices, *notices],
            listing=listing,
            headers=headers(asked.columns, filters, listing.order),
            is_first=not after,
            query=query,
            **_views(asked, views, offer, user),
            orders=orders(filters, listing.order),
            kept_columns=asked.data.get("columns", ""),
            column_choices=column_choices(asked.columns),
            list_url=reverse("leads"),
            is_empty=not any(offer.totals.values()),
            choices=filters.choices,
            toasts=read_toasts(self.request),
            may_restore=self.request.user.has_perm("leads.restore_lead"),
            **kwargs,
        )


def _views(
    asked: Asked, views: list[SavedView], offer: Offer, user: User
) -> dict[str, Any]:
    """What the menus of views show; `everything` leads out of any view."""
    view: Any = asked.view
    return {
        "views": views,
        "view": view,
        "is_changed": asked.is_changed,
        "is_own": view is not None and view.owner_id == user.pk,
        "is_pinned": view is not None and is_pinned(user, view),
        "is_first_view": view is not None and view.pk == offer.first_view,
        "everything": reverse("leads") + ("?changed=yes" if offer.first_view else ""),
    }
