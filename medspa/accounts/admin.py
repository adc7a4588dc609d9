"""In the admin people have a history; their pages are in `medspa.accounts.people`."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from unfold.admin import ModelAdmin

from medspa.accounts.models import User
from medspa.accounts.sign_in import SignInForm
from medspa.web.clinic_admin import ClinicAdmin, ReadOnlyMixin, VisibleRowsMixin
from medspa.web.filters import OfferedFiltersMixin

admin.site.login_form = SignInForm
admin.site.login_template = "medspa/account/sign_in.html"
# Registered again below, as a role that is only read.
admin.site.unregister(Group)


@admin.register(User)
class PersonAdmin(ReadOnlyMixin, ClinicAdmin):  # type: ignore[misc]
    """Leads to the person's page; the history is shown here."""

    # Neither a list nor a form is printed, and so no password hash.
    fields = ["username"]
    search_fields = ["username", "first_name", "last_name"]

    def changelist_view(
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            return super().changelist_view(request, extra_context)
        return redirect("people")

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        if request.method != "GET" or not self.has_view_permission(request):
            return super().change_view(request, object_id, form_url, extra_context)
        return redirect("person", self._row(request, object_id).pk)


@admin.register(Group)
class RoleAdmin(ReadOnlyMixin, VisibleRowsMixin, OfferedFiltersMixin, ModelAdmin):  # type: ignore[misc]
    """Leads to the table of what each role may do."""

    fields = ["name"]

    def changelist_view(
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            return super().changelist_view(request, extra_context)
        return redirect("roles")

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        if request.method != "GET" or not self.has_view_permission(request):
            return super().change_view(request, object_id, form_url, extra_context)
        return redirect("roles")
