"""Help: a page for each subject, and a search in them."""

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.generic import View
from django.views.generic.base import ContextMixin, TemplateResponseMixin

from medspa.help.pages import HELP_BY_KEY, by_group, find_help
from medspa.web.pages import ClinicPageMixin


class HelpView(
    LoginRequiredMixin, ClinicPageMixin, TemplateResponseMixin, ContextMixin, View
):
    """`?about=board` is one page of help, `?q=` finds those that have the words."""

    permission_required = ()
    title = "Help"
    template_name = "medspa/help_index.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        if "about" in request.GET:
            return self._subject(request.GET["about"])
        asked = request.GET.get("q", "").strip()
        more: dict[str, Any] = {"asked": asked, "found": find_help(asked)}
        return self.render_to_response(
            self.get_context_data(groups=list(by_group()), **more)
        )

    def _subject(self, key: str) -> HttpResponse:
        page = HELP_BY_KEY.get(key)
        if page is None:
            raise Http404("This help page doesn't exist.")
        self.title = page.title
        self.template_name = "medspa/help_subject.html"
        trail = [(reverse("help"), HelpView.title)]
        return self.render_to_response(
            self.get_context_data(page=page, breadcrumbs_trail=trail)
        )
