"""The page of tags, and what is done there."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from leads.lists.archiving import archive, restore
from leads.models import Tag, TagSuggestion
from leads.services.tag_suggestions import accept_suggestions
from leads.tag_page.changing import save_tag
from leads.tag_page.data import read_tag_page
from leads.views.refusals import REFUSALS, refuse
from medspa.web.pages import ClinicPageMixin
from medspa.web.refusals import sentence_of
from medspa.web.toasts import read_toasts, say_with_undo

NEW_COLOR = "#0f766e"
# What each act on one tag takes.
RIGHTS_OF_ACTS = {
    "save": "leads.change_tag",
    "archive": "leads.delete_tag",
    "restore": "leads.delete_tag",
}


class TagsPage(ClinicPageMixin, TemplateView):
    """A form that was refused is shown again as it was filled in."""

    permission_required = "leads.view_tag"
    title = "Tags"
    template_name = "leads/tags.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        may_see = user.has_perm("leads.view_tagsuggestion")
        return super().get_context_data(
            page=read_tag_page(with_suggestions=may_see),
            toasts=read_toasts(self.request),
            **{"new_name": "", "new_color": NEW_COLOR, "refused": {}} | kwargs,
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        """Add a tag."""
        if not request.user.has_perm("leads.add_tag"):
            raise PermissionDenied
        tag = Tag(**_typed(request.POST))
        try:
            save_tag(tag)
        except REFUSALS as refusal:
            return self.refused_page(
                refusal=sentence_of(refusal), new_name=tag.name, new_color=tag.color
            )
        messages.success(request, f"{tag} added.")
        return redirect("tags")

    def refused_page(self, **shown: Any) -> HttpResponse:
        context = self.get_context_data(**shown)
        return self.render_to_response(context, status=HTTPStatus.CONFLICT)


@require_POST
@permission_required("leads.view_tag", raise_exception=True)
def change_tag(request: HttpRequest, tag: str) -> HttpResponse:
    """`act`: save, archive or restore."""
    act = request.POST.get("act", "")
    if act not in RIGHTS_OF_ACTS:
        return refuse(request, "Choose what to do. Nothing was changed.", "tags")
    if not request.user.has_perm(RIGHTS_OF_ACTS[act]):
        raise PermissionDenied
    row = get_object_or_404(Tag.all_objects, pk=tag)
    try:
        match act:
            case "archive":
                archive(row)
                say_with_undo(request, f"{row} archived.", f"{row.pk} tag {row.pk}")
            case "restore":
                restore(row)
                messages.success(request, f"{row} restored.")
            case "save":
                return _save(request, row)
    except REFUSALS as refusal:
        return refuse(request, refusal, "tags")
    return redirect("tags")


def _save(request: HttpRequest, tag: Tag) -> HttpResponse:
    if tag.is_deleted:
        return refuse(request, f"{tag} was archived. Restore it first.", "tags")
    typed = _typed(request.POST)
    before = str(tag)
    tag.name, tag.color = typed["name"], typed["color"]
    try:
        save_tag(tag)
    except REFUSALS as refusal:
        page = TagsPage()
        page.setup(request)
        shown = typed | {"pk": tag.pk, "sentence": sentence_of(refusal)}
        return page.refused_page(refused=shown)
    is_renamed = before != str(tag)
    messages.success(request, f"{before} renamed to {tag}." if is_renamed else "Saved.")
    return redirect("tags")


def _typed(form: Mapping[str, str]) -> dict[str, str]:
    return {
        "name": form.get("name", "").replace("\0", "").strip(),
        "color": form.get("color", "").lower(),
    }


@require_POST
@permission_required("leads.add_tag", raise_exception=True)
def decide_suggestion(request: HttpRequest) -> HttpResponse:
    """Add the suggested tag, or dismiss it with `dismiss`."""
    chosen = TagSuggestion.objects.filter(pk=request.POST.get("suggestion", ""))
    names = ", ".join(str(one) for one in chosen)
    if not names:
        return refuse(request, "This suggestion is no longer there.", "tags")
    if "dismiss" in request.POST:
        chosen.delete()
        messages.success(request, f"{names} dismissed.")
        return redirect("tags")
    accept_suggestions(chosen)
    messages.success(request, f"{names} added. Import the file again to tag its leads.")
    return redirect("tags")
