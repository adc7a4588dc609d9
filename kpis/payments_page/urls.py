"""Addresses of the page of payments and events."""

from django.urls import path

from kpis.payments_page.views import PaymentsPage, void_event

urlpatterns = [
    path("", PaymentsPage.as_view(), name="payments"),
    path("<slug:event_id>/void/", void_event, name="void_event"),
]
