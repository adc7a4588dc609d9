"""The addresses of all operations."""

from django.urls import path

from api.web.operations import api
from api.web.registry import operations

operations()
urlpatterns = [path("v1/", api.urls)]
