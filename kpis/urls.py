"""Addresses of the KPI pages."""

from django.urls import path

from kpis.restatements.views import RestatedMonths, RestatementPage
from kpis.views import KpiPage, RowsPage

urlpatterns = [
    path("restatements/", RestatementPage.as_view(), name="kpi_restatements"),
    path("restatements/months/", RestatedMonths.as_view(), name="kpi_restated_months"),
    path("", KpiPage.as_view(), name="kpis"),
    path("rows/", RowsPage.as_view(), name="kpi_rows"),
]
