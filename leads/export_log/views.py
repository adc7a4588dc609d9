"""The page of the exports."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.views.generic import TemplateView

from leads.export_log.data import people_choices, read_export_page
from medspa.postgres.keyset import Cursor
from medspa.web.pages import ClinicPageMixin


class ExportsPage(ClinicPageMixin, TemplateView):
    """`?person=…` for the exports of one person."""

    permission_required = "leads.view_exportlog"
    title = "Exports"
    template_name = "leads/exports.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        people = people_choices()
        person = self.request.GET.get("person", "")
        person = person if person in dict(people) else ""
        after = Cursor.read(self.request.GET.get("after", ""))
        return super().get_context_data(
            page=read_export_page(person, after),
            is_first=after is None,
            people=people,
            person=person,
            query=urlencode({"person": person}) if person else "",
            breadcrumbs_trail=[(reverse("leads"), "Leads")],
            **kwargs,
        )
