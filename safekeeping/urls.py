"""Addresses of the pages for administrators: backups, retention, erasure."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
