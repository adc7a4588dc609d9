"""Addresses of the connections page."""

from django.urls import URLPattern, URLResolver, path

from connections.views import acting, differences, set_up, undo
from connections.views.files import ImportEventsPage
from connections.views.page import ConnectionsPage, MatchPage

urlpatterns: list[URLPattern | URLResolver] = [
    path("", ConnectionsPage.as_view(), name="connections"),
    path("files/", ImportEventsPage.as_view(), name="import_events"),
    path("payment-order/", acting.change_payment_order, name="payment_order"),
    path("add/", acting.add_connection, name="add_connection"),
    path(
        "<slug:connection_id>/set-up/",
        set_up.SetUpPage.as_view(),
        name="set_up_connection",
    ),
    path(
        "<slug:connection_id>/account/", set_up.correct_account, name="correct_account"
    ),
    path("<slug:connection_id>/import/", set_up.first_import, name="first_import"),
    path("<slug:connection_id>/secrets/", acting.set_secrets, name="set_secrets"),
    path(
        "<slug:connection_id>/switch/",
        acting.switch_connection,
        name="switch_connection",
    ),
    path("<slug:connection_id>/stuck/", acting.decide_stuck, name="decide_stuck"),
    path("undo/<slug:batch_id>/", undo.UndoBatchPage.as_view(), name="undo_batch"),
    path("undone/<slug:undo_id>/", undo.UndonePage.as_view(), name="undone"),
    path("undone/<slug:undo_id>/continue/", undo.continue_undo, name="continue_undo"),
    path(
        "<slug:gohighlevel_id>/differences/",
        differences.DifferencesPage.as_view(),
        name="differences",
    ),
    path(
        "differences/<slug:difference_id>/settle/",
        differences.settle_difference,
        name="settle_difference",
    ),
    path(
        "<slug:connection_id>/undo/", undo.UndoPeriodPage.as_view(), name="undo_period"
    ),
    path(
        "deliveries/<slug:delivery_id>/decide/",
        acting.decide_delivery,
        name="decide_delivery",
    ),
    path("unmatched/<slug:unmatched_id>/", MatchPage.as_view(), name="match_event"),
    path(
        "unmatched/<slug:unmatched_id>/decide/",
        acting.decide_event,
        name="decide_event",
    ),
]
