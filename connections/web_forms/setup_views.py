"""Setting up web forms: the list, one form with its embed code, and its preview."""

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET
from django.views.generic import TemplateView

from connections.models import WebForm
from connections.web_forms.hosted_views import show_preview
from connections.web_forms.saving import save_form
from leads.models import LeadArrival
from leads.models.lead_lists import offered_sources
from medspa.ids import new_id
from medspa.reading.cleaning import clean_text
from medspa.web.add_once import SAVED_ALREADY, again_if_taken, read_row_key, row_id
from medspa.web.conflicts import ConflictForm, inputs_to_resend
from medspa.web.pages import ClinicPageMixin
from medspa.web.site_address import site_address

HINTS = {
    "title": "Shown to visitors above the form.",
    "email_wording": "Shown beside an unchecked box. Leave empty not to ask.",
    "text_wording": "Shown beside an unchecked box. Leave empty not to ask.",
    "source": "For visitors who didn't come from an ad. Links of ads are recognized.",
    "origins": "Websites that can show the form, one per line, like "
    "https://www.example.com. Its own page needs none.",
}
FORM_AREAS = {"intro": 2, "thank_you": 2, "email_wording": 3, "text_wording": 4}


class WebFormForm(ConflictForm):
    class Meta:
        model = WebForm
        fields = (
            "title",
            "intro",
            "asks_email",
            "asks_phone",
            "asks_procedure",
            "email_wording",
            "text_wording",
            "button",
            "thank_you",
            "accent",
            "shows_logo",
            "source",
            "origins",
            "is_on",
        )
        widgets = {
            **{
                name: forms.Textarea(attrs={"rows": rows})
                for name, rows in FORM_AREAS.items()
            },
            "accent": forms.TextInput(attrs={"type": "color"}),
            "origins": forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if not isinstance(field.widget, forms.CheckboxInput) and name != "accent":
                field.widget.attrs["class"] = "field-box"
            if hint := HINTS.get(name, ""):
                field.help_text = hint
                field.widget.attrs["aria-describedby"] = f"id_{name}_helptext"
        source: Any = self.fields["source"]
        source.choices = offered_sources(self.instance.source)

    def clean_accent(self) -> str:
        return str(self.cleaned_data["accent"]).lower()

    def clean_origins(self) -> str:
        """One a line; what follows the host is left out, since browsers send none."""
        lines = self.cleaned_data["origins"].splitlines()
        cleaned = (clean_text(line).lower() for line in lines)
        return "\n".join(dict.fromkeys(_origin(line) for line in cleaned if line))


def _origin(line: str) -> str:
    scheme, sign, rest = line.partition("://")
    return f"{scheme}{sign}{rest.partition('/')[0]}"


class WebFormList(ClinicPageMixin, TemplateView):
    permission_required = "connections.view_webform"
    template_name = "connections/web_forms.html"
    title = "Web forms"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        arrivals = LeadArrival.objects.filter(door="web_form").order_by()
        counts = {
            row["form"]: row
            for row in arrivals.values("form").annotate(
                count=Count("id"), last=Max("arrived_at")
            )
        }
        lines = [(form, counts.get(form.slug)) for form in WebForm.objects.all()]
        return super().get_context_data(lines=lines, **kwargs)


class WebFormPage(ClinicPageMixin, TemplateView):
    """The form of one web form; without an id in the address that of a new one."""

    template_name = "connections/web_form.html"

    def get_permission_required(self) -> tuple[str, ...]:
        if "form_id" not in self.kwargs:
            return ("connections.add_webform",)
        is_read = self.request.method != "POST"
        return (f"connections.{'view' if is_read else 'change'}_webform",)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        web_form = self._web_form()
        return self._page(WebFormForm(instance=web_form), web_form)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return again_if_taken(lambda: self._save(request))

    def _save(self, request: HttpRequest) -> HttpResponse:
        new = row_id(request.POST) if self._row_key() else ""
        if new and (saved := WebForm.objects.filter(pk=new).first()):
            messages.info(request, SAVED_ALREADY.format(row=saved))
            return redirect("web_form", new)
        with transaction.atomic():
            web_form = self._web_form(lock=True)
            form = WebFormForm(request.POST, instance=web_form)
            if not form.is_valid():
                return self._refused(form, web_form)
            if new:
                form.instance.pk = new
            saved = save_form(form.instance)
        for sentence in form.reconciled.sentences:
            messages.info(request, f"{sentence} That is kept.")
        messages.success(request, "Saved." if web_form else f"{saved} added.")
        return redirect("web_form", saved.pk)

    def _row_key(self) -> str:
        if self.request.method != "POST" or "form_id" in self.kwargs:
            return ""
        return read_row_key(self.request.POST)

    def _web_form(self, *, lock: bool = False) -> WebForm | None:
        if "form_id" not in self.kwargs:
            return None
        rows = WebForm.objects.all()
        if lock:
            rows = rows.select_for_update(no_key=True)
        found: WebForm = get_object_or_404(rows, pk=self.kwargs["form_id"])
        return found

    def _refused(self, form: WebFormForm, web_form: WebForm | None) -> HttpResponse:
        if not form.reconciled.conflicts:
            return self._page(form, web_form)
        context = self._context(form, web_form) | {
            "title": "Changed by someone else",
            "what": "form",
            "told": form.reconciled.sentences,
            "conflicts": form.reconciled.conflicts,
            "inputs": inputs_to_resend(self.request.POST, [form]),
        }
        return render(
            self.request, "medspa/conflict.html", context, status=HTTPStatus.CONFLICT
        )

    def _page(self, form: WebFormForm, web_form: WebForm | None) -> HttpResponse:
        return self.render_to_response(self._context(form, web_form))

    def _context(self, form: WebFormForm, web_form: WebForm | None) -> dict[str, Any]:
        self.title = str(web_form) if web_form else "Add web form"
        return self.get_context_data(
            form=form,
            web_form=web_form,
            row_key=self._row_key() or new_id(),
            breadcrumbs_trail=[(reverse("web_forms"), "Web forms")],
            **(_codes(self.request, web_form) if web_form else {}),
        )


def _codes(request: HttpRequest, web_form: WebForm) -> dict[str, str]:
    """What is copied into a website; titles can't hold a quotation mark there."""
    site = site_address(request).rstrip("/")
    page = f"{site}{reverse('hosted_form', args=[web_form.pk])}"
    script = f"{site}{reverse('form_script', args=[web_form.pk])}"
    title = web_form.title.replace("&", "&amp;").replace('"', "&quot;")
    return {
        "address": page,
        "script_code": f'<script src="{script}" data-title="{title}"></script>',
        "frame_code": f'<iframe src="{page}?embed=1" title="{title}" width="100%" '
        'height="720" style="border:0"></iframe>',
    }


@require_GET
@xframe_options_sameorigin
@permission_required("connections.view_webform", raise_exception=True)
def preview_form(request: HttpRequest, form_id: str) -> HttpResponse:
    """The page as visitors see it, also of a form that is off; it can't be sent."""
    return show_preview(request, get_object_or_404(WebForm, pk=form_id))
