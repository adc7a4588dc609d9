"""The clinic's Settings page and logo, and what a new site begins with."""

from django.urls import path

from medspa.setup.views import ClinicPage, clinic_logo, save_logo

urlpatterns = [
    path("clinic/", ClinicPage.as_view(), name="clinic"),
    path("clinic/logo/", save_logo, name="save_logo"),
    path("clinic/logo/<slug:logo_id>/", clinic_logo, name="clinic_logo"),
]
