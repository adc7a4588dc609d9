"""The lead page: who somebody is, where they stand, what happened."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from leads import contacting, pipeline
from leads.models import Lead, PipelineStage
from leads.privacy import PRIVACY_NOTE
from leads.timeline import PAGE_SIZE, timeline
from leads.vocabulary import ActivityType, LostReason
from medspa.pages import ClinicPageMixin

KINDS = {
    "activity": "Activity",
    "stage": "Stages",
    "money": "Consults and money",
    "change": "Changes",
}


class LeadPage(ClinicPageMixin, TemplateView):
    permission_required = "leads.view_lead"
    template_name = "leads/lead.html"

    def get_template_names(self) -> list[str]:
        if getattr(self.request, "htmx", False) and "before" in self.request.GET:
            return ["leads/_timeline.html"]
        return super().get_template_names()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lead = self._lead()
        self.title = str(lead)
        stays = list(lead.stays.select_related("stage").order_by("changed_at", "id"))
        current = next((stay for stay in stays if stay.left_at is None), None)
        return super().get_context_data(
            lead=lead,
            current=current,
            opportunity=getattr(lead, "opportunity", None),
            tags=[link.tag for link in lead.lead_tags.select_related("tag")],
            stages=list(PipelineStage.objects.all()),
            lost_reasons=LostReason.choices,
            outcomes=[
                (kind, ActivityType(kind).label, choices)
                for kind, choices in contacting.OUTCOMES.items()
            ],
            duplicates=self._duplicates(lead),
            privacy_note=PRIVACY_NOTE,
            breadcrumbs_trail=[(reverse("admin:leads_lead_changelist"), "Leads")],
            **self._timeline(lead),
            **kwargs,
        )

    def _lead(self) -> Lead:
        lead = (
            Lead.all_objects.select_related("campaign", "assigned_to", "opportunity")
            .filter(pk=self.kwargs["lead_id"])
            .first()
        )
        may_see = lead and (
            not lead.is_deleted or self.request.user.has_perm("leads.restore_lead")
        )
        if not lead or not may_see:
            raise Http404("There is no such lead.")
        return lead

    def _timeline(self, lead: Lead) -> dict[str, Any]:
        kind = self.request.GET.get("kind", "")
        items = timeline(
            lead,
            kinds=[kind] if kind in KINDS else (),
            before=read_cursor(self.request.GET.get("before", "")),
        )
        page = items[:PAGE_SIZE]
        more = f"{page[-1].at.isoformat()}~{page[-1].id}" if items[PAGE_SIZE:] else ""
        return {"items": page, "more": more, "kind": kind, "kinds": KINDS}

    def _duplicates(self, lead: Lead) -> list[Lead]:
        """Others with the same e-mail or phone; the first few are enough to see."""
        same = Q(pk__in=[])
        if lead.email_index:
            same |= Q(email_index=bytes(lead.email_index))
        if lead.phone_index:
            same |= Q(phone_index=bytes(lead.phone_index))
        return list(Lead.objects.filter(same).exclude(pk=lead.pk).order_by()[:5])


def read_cursor(text: str) -> tuple[datetime, str] | None:
    """The moment and id after which the next page begins; None for nonsense."""
    at, _, row = text.partition("~")
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return None
    return (moment, row) if moment.tzinfo else None


@require_POST
@permission_required("leads.change_lead", raise_exception=True)
def move_lead(request: HttpRequest, lead_id: str) -> HttpResponse:
    """The stage bar: the same move as on the board."""
    try:
        stay = pipeline.move(
            lead_id,
            request.POST.get("stage", ""),
            expected_stage_id=request.POST.get("expected") or None,
            lost_reason=request.POST.get("lost_reason", ""),
        )
        messages.success(request, f"Moved to {stay.stage}.")
    except pipeline.LeadIsGone as refusal:
        messages.error(request, str(refusal))
        return redirect("board")
    except pipeline.MoveRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("lead", lead_id)


@require_POST
@permission_required("leads.add_activity", raise_exception=True)
def log_contact(request: HttpRequest, lead_id: str) -> HttpResponse:
    """One click: a call, text or e-mail and how it went."""
    lead = Lead.objects.filter(pk=lead_id).first()
    if lead is None:
        raise Http404("There is no such lead.")
    try:
        activity = contacting.log_contact(
            lead, request.POST.get("type", ""), request.POST.get("outcome", "")
        )
        messages.success(request, f"{activity.get_type_display()} noted.")
    except (ValueError, ValidationError):
        messages.error(request, "Choose an outcome from the list. Nothing was noted.")
    return redirect("lead", lead_id)


@require_POST
@permission_required("leads.restore_lead", raise_exception=True)
def restore_lead(request: HttpRequest, lead_id: str) -> HttpResponse:
    lead = Lead.all_objects.filter(pk=lead_id).first()
    if lead is None:
        raise Http404("There is no such lead.")
    lead.restore()
    messages.success(request, f"{lead} is back.")
    return redirect("lead", lead_id)
