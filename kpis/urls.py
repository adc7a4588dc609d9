"""Addresses of the KPI pages."""

from django.urls import path

from kpis.views import DrillPageView, KpiPage

urlpatterns = [
    path("", KpiPage.as_view(), name="kpis"),
    path("rows/", DrillPageView.as_view(), name="kpi_rows"),
]
