"""The admin pages of this app; each is defined in the folder of its subject."""

from django.contrib import admin
from procrastinate.contrib.django.models import ProcrastinateJob

from medspa.accounts.admin import PersonAdmin, RoleAdmin
from medspa.accounts.second_factor.sign_in_views import SignInView

__all__ = ["PersonAdmin", "RoleAdmin"]

admin.site.sign_in_view = SignInView  # type: ignore[attr-defined]
# Background jobs have pages of their own (`medspa.jobs.views`).
admin.site.unregister(ProcrastinateJob)
