"""Addresses of the pages for administrators: backups, retention, erasure."""

from django.urls import URLPattern, URLResolver, path

from safekeeping.audit_page.views import AuditPage
from safekeeping.backups.views import (
    BackupsPage,
    RecoverySheetPage,
    back_up_now,
    drill_now,
)
from safekeeping.erasure import views as erasure
from safekeeping.retention import views as retention

urlpatterns: list[URLPattern | URLResolver] = [
    path("retention/", retention.RetentionPage.as_view(), name="retention"),
    path("retention/hold/", retention.add_hold, name="place_hold"),
    path("retention/hold/<slug:hold_id>/lift/", retention.end_hold, name="lift_hold"),
    path(
        "certificates/<slug:certificate_id>/",
        retention.CertificatePage.as_view(),
        name="certificate",
    ),
    path(
        "certificates/<slug:certificate_id>/file/",
        retention.certificate_file,
        name="certificate_file",
    ),
    path("erasure/", erasure.ErasurePage.as_view(), name="erasure"),
    path("erasure/allow/", erasure.allow_contact, name="allow_contact"),
    path(
        "erasure/<slug:request_id>/decide/",
        erasure.decide_erasure,
        name="decide_erasure",
    ),
    path("leads/<slug:lead_id>/", erasure.PrivacyPage.as_view(), name="lead_privacy"),
    path("leads/<slug:lead_id>/erase/", erasure.ask_erasure, name="ask_erasure"),
    path(
        "leads/<slug:lead_id>/data.json",
        erasure.export_person,
        {"kind": "json"},
        name="person_json",
    ),
    path(
        "leads/<slug:lead_id>/data.pdf",
        erasure.export_person,
        {"kind": "pdf"},
        name="person_pdf",
    ),
    path("backups/", BackupsPage.as_view(), name="backups"),
    path("backups/now/", back_up_now, name="back_up_now"),
    path("backups/drill/", drill_now, name="drill_now"),
    path("backups/sheet/", RecoverySheetPage.as_view(), name="recovery_sheet"),
    path("audit/", AuditPage.as_view(), name="audit_log"),
]
