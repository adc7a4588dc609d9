"""The base of our class-based pages: a permission, a title and the admin's layout."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.mixins import PermissionRequiredMixin


class ClinicPageMixin(PermissionRequiredMixin):
    """For class-based views within the admin's layout.

    Set `permission_required` and `title`; the template extends `medspa/page.html`.
    People who are not signed in go to the login page; others without the permission
    get a 403.
    """

    title: str

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(  # type: ignore[misc]
            **admin.site.each_context(self.request),  # type: ignore[attr-defined]
            title=self.title,
            is_fullwidth="1",
            **kwargs,
        )
