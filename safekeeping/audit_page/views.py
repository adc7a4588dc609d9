"""The page of the audit log."""

from typing import Any
from urllib.parse import urlencode

from django.views.generic import TemplateView

from medspa.postgres.keyset import Cursor
from medspa.web.pages import ClinicPageMixin
from safekeeping.audit_page.changes import read_changes
from safekeeping.audit_page.log import (
    kind_choices,
    person_choices,
    read_filter,
    read_log,
)


class AuditPage(ClinicPageMixin, TemplateView):
    """`?changes` for the history of all tables, else the log of what leaves none."""

    permission_required = "medspa.view_auditevent"
    title = "Audit log"
    template_name = "safekeeping/audit.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        wanted = read_filter(self.request.GET)
        after = Cursor.read(self.request.GET.get("after", ""))
        shows_changes = self.request.GET.get("show", "") == "changes"
        page: Any = (read_changes if shows_changes else read_log)(wanted, after)
        common = {
            name: value
            for name, value in (
                ("person", wanted.person),
                ("first", wanted.first),
                ("last", wanted.last),
            )
            if value
        }
        of_log = {
            name: value
            for name, value in (("kind", wanted.kind), ("subject", wanted.subject))
            if value
        }
        return super().get_context_data(
            wanted=wanted,
            page=page,
            shows_changes=shows_changes,
            is_first=after is None,
            people=person_choices(),
            kinds=kind_choices(),
            log_query=urlencode(common),
            changes_query=urlencode({"show": "changes"} | common),
            query=urlencode(
                {"show": "changes"} | common if shows_changes else common | of_log
            ),
            **kwargs,
        )
