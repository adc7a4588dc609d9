"""The lead page: contact data, stage, tags, next steps, timeline."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView

from leads.choices import ActivityType, NextStep
from leads.deletions.deleting import refused_deletions
from leads.extension_points import StageOffer, panels, stage_offers
from leads.lead_page.arrivals import read_touch_trail
from leads.lead_page.head import LeadHead, read_head
from leads.lead_page.reads import note_read
from leads.models import Lead, LeadMerge
from leads.models.lead_lists import offered_lost_reasons
from leads.privacy import PRIVACY_NOTE
from leads.selection.neighbors import read_neighbors
from leads.services import contacting
from leads.services import next_steps as tasks
from leads.timeline import TIMELINE_ITEMS, read_timeline
from leads.views.lead_action import lead_address
from leads.views.refusals import no_such_lead
from medspa.ids import new_id
from medspa.postgres.keyset import Cursor
from medspa.web.forms.sent import take_sent
from medspa.web.pages import ClinicPageMixin
from medspa.web.toasts import read_toasts

TIMELINE_KINDS = {
    "activity": "Activity",
    "stage": "Stages",
    "money": "Consults and money",
    "step": "Next steps",
    "change": "Changes",
}
TOUCH_ICONS = {
    ActivityType.CALL.value: "call",
    ActivityType.SMS_SENT.value: "sms",
    ActivityType.EMAIL_SENT.value: "mail",
}


class LeadPage(ClinicPageMixin, TemplateView):
    permission_required = "leads.view_lead"
    template_name = "leads/lead.html"

    def get_template_names(self) -> list[str]:
        return ["leads/_timeline.html" if self._asks_for_more else self.template_name]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        head = self._head()
        lead = head.lead
        context = self._timeline(lead) | {
            "lead": lead,
            "here": lead_address(self.request, lead.pk).partition("?")[2],
        }
        if self._asks_for_more:
            return context
        self.title = str(lead)
        note_read(lead, self.request.user)
        sent = take_sent(self.request, lead.pk)
        may_edit = not lead.is_deleted and self.request.user.has_perm(
            "leads.change_lead"
        )
        return super().get_context_data(
            head=head,
            opportunity=getattr(lead, "opportunity", None),
            may_edit=may_edit,
            may_edit_person=may_edit and not lead.is_erased,
            deletion_refusal=self._deletion_refusal(lead),
            may_contact=not (
                lead.is_deleted or lead.is_erased or lead.do_not_contact_at
            ),
            lost_reasons=offered_lost_reasons(),
            contacts=_contacts(lead),
            duplicates_shown=5,
            trail=read_touch_trail(lead, head.arrivals),
            merged_into=_merge_of(lead),
            beside=read_neighbors(
                lead,
                head.periods,
                self.request.GET,
                self.request.user,  # type: ignore[arg-type]
            ),
            then=self.request.GET.get("then", ""),
            offer=self._stage_offer(lead),
            in_queue="queue" in self.request.GET,
            panels=[
                shown
                for panel in panels
                if (shown := panel(lead, self.request.user, sent))  # type: ignore[arg-type]
            ],
            new_key=new_id,
            privacy_note=PRIVACY_NOTE,
            toasts=read_toasts(self.request),
            sent=sent,
            breadcrumbs_trail=[(reverse("leads"), "Leads")],
            **_step_choices(head),
            **context,
            **kwargs,
        )

    @property
    def _asks_for_more(self) -> bool:
        """Only the timeline's next page is requested."""
        is_partial = getattr(self.request, "htmx", False)
        return bool(is_partial) and "before" in self.request.GET

    def _stage_offer(self, lead: Lead) -> StageOffer | None:
        """Where the lead may be moved after what was just done."""
        offer = stage_offers.get(self.request.GET.get("then", ""))
        if offer is None or lead.is_deleted:
            return None
        if not self.request.user.has_perm("leads.change_lead"):
            return None
        return offer(lead)

    def _deletion_refusal(self, lead: Lead) -> str:
        person: Any = self.request.user
        if lead.is_deleted or not person.has_perm("leads.delete_lead"):
            return ""
        return refused_deletions([lead.pk], person).get(lead.pk, "")

    def _head(self) -> LeadHead:
        head = read_head(self.kwargs["lead_id"], self.request.user)
        if head is None:
            raise no_such_lead(self.kwargs["lead_id"])
        return head

    def _timeline(self, lead: Lead) -> dict[str, Any]:
        kind = self.request.GET.get("kind", "")
        items = read_timeline(
            lead,
            kinds=[kind] if kind in TIMELINE_KINDS else (),
            before=Cursor.read(self.request.GET.get("before", "")),
            viewer=self.request.user,  # type: ignore[arg-type]
        )
        page, rest = items[:TIMELINE_ITEMS], items[TIMELINE_ITEMS:]
        more = str(Cursor(page[-1].at, page[-1].id)) if rest else ""
        return {"items": page, "more": more, "kind": kind, "kinds": TIMELINE_KINDS}


def _merge_of(lead: Lead) -> LeadMerge | None:
    """The merge of a deleted lead, if it was merged."""
    if not lead.is_deleted:
        return None
    return lead.merged_into.standing().select_related("survivor").first()


def _step_choices(head: LeadHead) -> dict[str, Any]:
    planned = {task.what for task in head.steps}
    return {
        "step_choices": [row for row in NextStep.choices if row[0] not in planned],
        "when_choices": tasks.due_choices(timezone.now()),
    }


def _contacts(lead: Lead) -> list[dict[str, Any]]:
    """The ways to touch a lead: the link that starts one, and its outcomes."""
    links = {
        ActivityType.CALL.value: f"tel:{lead.phone}" if lead.phone else "",
        ActivityType.SMS_SENT.value: f"sms:{lead.phone}" if lead.phone else "",
        ActivityType.EMAIL_SENT.value: f"mailto:{lead.email}" if lead.email else "",
    }
    words = {"call": "Call", "sms_sent": "Text", "email_sent": "Email"}
    return [
        {
            "type": kind,
            "label": words[kind],
            "key": words[kind][0],
            "icon": TOUCH_ICONS[kind],
            "link": links[kind],
            "outcomes": outcomes,
        }
        for kind, outcomes in contacting.OUTCOMES.items()
    ]
