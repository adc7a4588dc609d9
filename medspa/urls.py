"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

from medspa.health.views import StatusPage, unlock_sign_in
from medspa.help.page.views import HelpView
from medspa.jobs.views import RunPage, RunsPage, cancel_run
from medspa.web.home import home

urlpatterns = [
    # First, since an address is looked for from above and programs ask most.
    path("api/", include("api.urls")),
    path("connections/in/", include("connections.receiving_urls")),
    path("", home, name="home"),
    path("", include("medspa.accounts.people.urls")),
    path("account/", include("medspa.accounts.second_factor.urls")),
    path("leads/", include("leads.urls")),
    path("leads/", include("kpis.lead_page.urls")),
    path("calendar/", include("kpis.calendar.urls")),
    path("campaigns/", include("campaigns.urls")),
    path("campaigns/", include("kpis.campaign_page.urls")),
    path("kpis/", include("kpis.urls")),
    path("payments/", include("kpis.payments_page.urls")),
    path("commissions/", include("commissions.urls")),
    path("connections/", include("connections.urls")),
    path("safekeeping/", include("safekeeping.urls")),
    path("forms/", include("connections.web_forms.urls")),
    path("f/", include("connections.web_forms.hosted_urls")),
    path("runs/", RunsPage.as_view(), name="jobs"),
    path("runs/<slug:run_id>/", RunPage.as_view(), name="job"),
    path("runs/<slug:run_id>/cancel/", cancel_run, name="job_cancel"),
    path("", include("medspa.setup.urls")),
    path("help/", HelpView.as_view(), name="help"),
    path("health/", StatusPage.as_view(), name="health"),
    path("health/unlock/", unlock_sign_in, name="unlock_sign_in"),
    path("admin/", admin.site.urls),
]

handler400 = "medspa.web.error_pages.bad_request"
handler403 = "medspa.web.error_pages.forbidden"
handler404 = "medspa.web.error_pages.not_found"
handler500 = "medspa.web.error_pages.server_error"
