"""Addresses of the pages for administrators: backups, retention, erasure."""

from django.urls import URLPattern, URLResolver, path

from safekeeping.backups.views import (
    BackupsPage,
    RecoverySheetPage,
    back_up_now,
    drill_now,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("backups/", BackupsPage.as_view(), name="backups"),
    path("backups/now/", back_up_now, name="back_up_now"),
    path("backups/drill/", drill_now, name="drill_now"),
    path("backups/sheet/", RecoverySheetPage.as_view(), name="recovery_sheet"),
]
