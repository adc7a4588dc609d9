"""The admin pages of this app; each is defined in the folder of its subject."""

from django.contrib import admin
from procrastinate.contrib.django.models import ProcrastinateJob

from medspa.accounts.admin import PersonAdmin, RoleAdmin

__all__ = ["PersonAdmin", "RoleAdmin"]

# By its name: only processes that serve pages load what passkeys need.
admin.site.sign_in_view = (  # type: ignore[attr-defined]
    "medspa.accounts.second_factor.sign_in_views.SignInView"
)
# Background jobs have pages of their own (`medspa.jobs.views`).
admin.site.unregister(ProcrastinateJob)
