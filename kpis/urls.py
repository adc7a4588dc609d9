"""Addresses of the KPI pages."""

from django.urls import path

from kpis.restatement_views import RestatementPage
from kpis.views import DrillPageView, KpiPage

urlpatterns = [
    path("restatements/", RestatementPage.as_view(), name="kpi_restatements"),
    path("", KpiPage.as_view(), name="kpis"),
    path("rows/", DrillPageView.as_view(), name="kpi_rows"),
]
