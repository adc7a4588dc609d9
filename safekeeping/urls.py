"""Addresses of the pages for administrators: backups, retention, erasure."""

from django.urls import URLPattern, URLResolver, path

from safekeeping.audit_page.views import AuditPage

urlpatterns: list[URLPattern | URLResolver] = [
    path("audit/", AuditPage.as_view(), name="audit_log"),
]
