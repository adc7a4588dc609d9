"""The clinic's Settings page and logo, and what a new site begins with."""

from django.urls import path

from medspa.setup.views import ClinicPage, clinic_logo, save_logo
from medspa.setup.welcome_views import ChecklistPage, leave_out_step, welcome

urlpatterns = [
    path("welcome/", welcome, name="welcome"),
    path("setup/", ChecklistPage.as_view(), name="checklist"),
    path("setup/skip/", leave_out_step, name="skip_setup_step"),
    path("clinic/", ClinicPage.as_view(), name="clinic"),
    path("clinic/logo/", save_logo, name="save_logo"),
    path("clinic/logo/<slug:logo_id>/", clinic_logo, name="clinic_logo"),
]
