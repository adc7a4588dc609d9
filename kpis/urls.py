"""Addresses of the KPI page."""

from django.urls import path

from kpis.views import KpiPage

urlpatterns = [path("", KpiPage.as_view(), name="kpis")]
