"""What every page of ours has: a named permission, a title, the shell around it."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.mixins import PermissionRequiredMixin


class ClinicPageMixin(PermissionRequiredMixin):
    """For class-based views inside the admin's shell.

    Set `permission_required` and `title`; extend `medspa/page.html`. Who is not
    signed in is sent to the login page, who may not see the page gets a 403.
    """

    title: str

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(  # type: ignore[misc]
            **admin.site.each_context(self.request),  # type: ignore[attr-defined]
            title=self.title,
            is_fullwidth="1",
            **kwargs,
        )
