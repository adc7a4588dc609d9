"""The API's addresses: importing this registers every operation."""

from importlib import import_module
from pkgutil import iter_modules

from django.urls import path

from api import resources
from api.web.operations import api

for module in iter_modules(resources.__path__):
    import_module(f"{resources.__name__}.{module.name}")

urlpatterns = [path("v1/", api.urls)]
