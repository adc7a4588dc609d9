"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

from medspa.views import home

urlpatterns = [
    path("", home, name="home"),
    path("leads/", include("leads.urls")),
    path("leads/", include("kpis.lead_urls")),
    path("kpis/", include("kpis.urls")),
    path("commissions/", include("commissions.urls")),
    path("admin/", admin.site.urls),
]
