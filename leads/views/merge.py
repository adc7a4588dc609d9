"""Merging two leads: both next to each other, and the values to take from each."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from leads.deletions.gone_leads import gone_lead
from leads.extension_points import lead_tables
from leads.models import Lead, LeadStage, LeadTag, Opportunity, Task
from leads.selection.list_filters import read_list_filters
from leads.selection.query import encode
from leads.services import merging
from leads.services.matching import are_different_people
from leads.views.bulk import chosen_leads, ticked_ids
from leads.views.lead_action import BACK_TO, lead_address
from leads.views.refusals import REFUSALS, no_such_lead, refuse
from medspa.audit.sentences import in_words
from medspa.web.pages import ClinicPageMixin
from medspa.web.toasts import say_with_undo

TWO_LEADS = "Select exactly two leads to merge. Nothing was done."
# Of these the value of the older lead is preselected.
FROM_OLDER = {"source", "campaign", "ad_platform"}


@dataclass(frozen=True)
class FieldPair:
    """One field of both leads; `takes` is true if the other's value is preselected."""

    name: str
    label: str
    own: str
    other: str
    takes: bool

    @property
    def differs(self) -> bool:
        return self.own != self.other


@require_POST
@permission_required("leads.merge_lead", raise_exception=True)
def merge_chosen(request: HttpRequest) -> HttpResponse:
    """The page for the two leads chosen in the list; the older one is kept."""
    filters, _ = read_list_filters(request.GET, request.user)
    leads = chosen_leads(request, filters).order_by("created_at", "pk")
    ids = list(leads.values_list("pk", flat=True)[:3])
    if len(ids) != 2:
        back = f"{reverse('leads')}?{filters.query}".rstrip("?")
        return refuse(request, _why_not_two(request, set(ids)), back)
    query = f"back=list&{filters.query}".rstrip("&")
    return redirect(f"{reverse('lead_merge', args=ids)}?{query}")


def _why_not_two(request: HttpRequest, found: set[str]) -> str:
    """Two may have been selected, of which one is gone since."""
    ticked = set() if "all" in request.POST else set(ticked_ids(request))
    gone = ticked - found
    if len(ticked) != 2 or not gone:
        return TWO_LEADS
    what = gone_lead(min(gone)).what
    which = "One of the leads" if found else "Both leads are gone. One"
    return f"{which} {what} since you selected it. Nothing was done."


class MergePage(ClinicPageMixin, TemplateView):
    """`lead_id` survives, `other_id` is merged into it."""

    permission_required = "leads.merge_lead"
    template_name = "leads/merge.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        survivor, merged = self._both()
        self.title = f"Merge {merged} into {survivor}"
        pairs = [*_lead_pairs(survivor, merged), *_opportunity_pairs(survivor, merged)]
        stages = [_stage(survivor), _stage(merged)]
        return super().get_context_data(
            lead=survivor,
            other=merged,
            differing=[pair for pair in pairs if pair.differs],
            same=[pair for pair in pairs if not pair.differs and pair.own != "empty"],
            stages=stages,
            stages_differ=all(stages) and stages[0].stage_id != stages[1].stage_id,  # type: ignore[union-attr]
            moving=_moving(merged),
            are_different=are_different_people(survivor, merged),
            cancel=self._cancel(survivor),
            swapped=self._swapped(),
            breadcrumbs_trail=[
                (reverse("leads"), "Leads"),
                (reverse("lead", args=[survivor.pk]), str(survivor)),
            ],
            **kwargs,
        )

    def _cancel(self, survivor: Lead) -> str:
        """Where the person came from: the list, or the page of one of the two."""
        if self.request.GET.get("back") == "list":
            return BACK_TO["list"](self.request)
        known = {self.kwargs["lead_id"], self.kwargs["other_id"]}
        came_from = self.request.GET.get("from", "")
        lead_id = came_from if came_from in known else survivor.pk
        return lead_address(self.request, lead_id)

    def _swapped(self) -> str:
        """The page to keep the other lead, and from there back to the same place."""
        page = reverse(
            "lead_merge", args=[self.kwargs["other_id"], self.kwargs["lead_id"]]
        )
        query = self.request.GET.copy()
        query.setdefault("from", self.kwargs["lead_id"])
        return f"{page}?{encode(query)}"

    def _both(self) -> tuple[Lead, Lead]:
        found = Lead.objects.select_related(
            "campaign", "assigned_to", "opportunity"
        ).in_bulk([self.kwargs["lead_id"], self.kwargs["other_id"]])
        for lead_id in (self.kwargs["lead_id"], self.kwargs["other_id"]):
            if lead_id not in found:
                raise no_such_lead(lead_id)
        if len(found) < 2:
            raise Http404("This is one lead, not two.")
        return found[self.kwargs["lead_id"]], found[self.kwargs["other_id"]]

    def post(self, request: HttpRequest, lead_id: str, other_id: str) -> HttpResponse:
        taken = {
            name
            for name in (*merging.LEAD_FIELDS, *merging.OPPORTUNITY_FIELDS)
            if request.POST.get(name) == "other"
        }
        choice = merging.MergeChoice(
            lead_fields=frozenset(taken & set(merging.LEAD_FIELDS)),
            opportunity_fields=frozenset(taken & set(merging.OPPORTUNITY_FIELDS)),
            takes_stage=request.POST.get("stage") == "other",
        )
        try:
            row = merging.merge(lead_id, other_id, choice)
        except REFUSALS as refusal:
            return refuse(request, refusal, reverse("lead", args=[lead_id]))
        sentence = f"{row.merged} was merged into {row.survivor}."
        say_with_undo(request, sentence, f"{lead_id} merge {row.pk}")
        return redirect("lead", lead_id)


def _lead_pairs(survivor: Lead, merged: Lead) -> list[FieldPair]:
    is_older = merged.created_at < survivor.created_at
    pairs = []
    for name in merging.LEAD_FIELDS:
        own, other = _text(survivor, name), _text(merged, name)
        prefers = other != "empty" and name in FROM_OLDER and is_older
        takes = own == "empty" or prefers
        pairs.append(FieldPair(name, _label(Lead, name), own, other, takes))
    return pairs


def _opportunity_pairs(survivor: Lead, merged: Lead) -> list[FieldPair]:
    """Nothing to choose unless both have an opportunity."""
    rows = [getattr(lead, "opportunity", None) for lead in (survivor, merged)]
    own, other = (row if row and not row.is_deleted else None for row in rows)
    if not own or not other:
        return []
    return [
        FieldPair(
            name,
            _label(Opportunity, name),
            _text(own, name),
            _text(other, name),
            _text(own, name) == "empty",
        )
        for name in merging.OPPORTUNITY_FIELDS
    ]


def _label(model: Any, name: str) -> str:
    label = str(model._meta.get_field(name).verbose_name)
    return label[:1].upper() + label[1:]


def _text(row: Any, name: str) -> str:
    if name == "phone":
        return row.phone_for_people or "empty"
    return in_words(row, name)


def _stage(lead: Lead) -> LeadStage | None:
    return lead.stage_periods.filter(left_at=None).select_related("stage").first()


def _moving(merged: Lead) -> list[tuple[str, int]]:
    """The rows that move with the lead: what they are called, and how many."""
    tables: tuple[Any, ...] = (*lead_tables, LeadStage, LeadTag, Task)
    rows = [model._base_manager.filter(lead=merged) for model in tables]
    counts = [(found.model._meta, found.count()) for found in rows]
    return [
        (str(meta.verbose_name if number == 1 else meta.verbose_name_plural), number)
        for meta, number in counts
        if number
    ]
