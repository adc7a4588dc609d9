"""The address that other systems send to."""

from django.urls import path

from connections.views.receiving import take_delivery

urlpatterns = [path("<slug:connection_id>/", take_delivery, name="take_delivery")]
