"""Addresses of what the lead page does with consults and money."""

from django.urls import path

from kpis.lead_page import views as lead_acts

urlpatterns = [
    path("<slug:lead_id>/book/", lead_acts.book_consult, name="lead_book"),
    path("<slug:lead_id>/shown/", lead_acts.mark_shown, name="lead_shown"),
    path("<slug:lead_id>/no-show/", lead_acts.mark_no_show, name="lead_no_show"),
    path("<slug:lead_id>/pay/", lead_acts.record_payment, name="lead_pay"),
    path("<slug:lead_id>/refund/", lead_acts.record_refund, name="lead_refund"),
]
