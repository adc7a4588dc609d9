"""Addresses of the connections page and of what other systems send to."""

from django.urls import URLPattern, URLResolver, path

from connections.views.receiving import take_delivery

urlpatterns: list[URLPattern | URLResolver] = [
    path("in/<slug:connection_id>/", take_delivery, name="take_delivery"),
]
