"""The address of a campaign's page, below the campaigns' own."""

from django.urls import path

from kpis.campaign_page.views import CampaignPageView

urlpatterns = [
    path("<slug:campaign_id>/", CampaignPageView.as_view(), name="campaign"),
]
