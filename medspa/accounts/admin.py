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


class ShownElsewhereMixin(ReadOnlyMixin):
    """List and form lead to pages of our own: no password hash is shown by any."""

    list_page: str

    def changelist_view(
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):  # type: ignore[attr-defined]
            return super().changelist_view(request, extra_context)  # type: ignore[misc]
        return redirect(self.list_page)

    def change_view(
        self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        row = self.get_object(request, object_id)  # type: ignore[attr-defined]
        may_see = row and self.has_view_permission(request, row)  # type: ignore[attr-defined]
        if request.method != "GET" or not may_see:
            return super().change_view(request, object_id, *args, **kwargs)  # type: ignore[misc]
        return redirect(*self.page_of(row))

    def page_of(self, row: Any) -> tuple[str, ...]:
        return (self.list_page,)


@admin.register(User)
class PersonAdmin(ShownElsewhereMixin, ClinicAdmin):
    fields = ["username"]
    list_page = "people"

    def page_of(self, row: User) -> tuple[str, ...]:
        return ("person", row.pk)


@admin.register(Group)
class RoleAdmin(ShownElsewhereMixin, VisibleRowsMixin, OfferedFiltersMixin, ModelAdmin):
    fields = ["name"]
    list_page = "roles"
