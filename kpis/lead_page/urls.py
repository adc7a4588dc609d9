"""Addresses of what the lead page does with consults and money."""

from django.urls import path

from kpis.lead_page import consult_views, views

urlpatterns = [
    path("<slug:lead_id>/book/", consult_views.book_consult, name="lead_book"),
    path(
        "<slug:lead_id>/confirm-consult/",
        consult_views.confirm_consult,
        name="lead_confirm_consult",
    ),
    path(
        "<slug:lead_id>/cancel-consult/",
        consult_views.cancel_consult,
        name="lead_cancel_consult",
    ),
    path("<slug:lead_id>/shown/", consult_views.mark_shown, name="lead_shown"),
    path("<slug:lead_id>/no-show/", consult_views.mark_no_show, name="lead_no_show"),
    path("<slug:lead_id>/pay/", views.pay, name="lead_pay"),
    path("<slug:lead_id>/refund/", views.refund, name="lead_refund"),
    path(
        "<slug:lead_id>/payments/<slug:event_id>/",
        views.PaymentPage.as_view(),
        name="lead_payment",
    ),
    path(
        "<slug:lead_id>/correct-payment/",
        views.correct_payment,
        name="lead_correct_payment",
    ),
]
