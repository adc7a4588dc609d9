"""Addresses of the campaigns' pages; a campaign's own page is of `kpis`."""

from django.urls import path

from campaigns.edit_views import (
    CampaignFormPage,
    delete_campaign,
    restore_campaign,
)
from campaigns.views import (
    CampaignList,
    ImportSpendPage,
    PasteSpendPage,
    edit_spend,
)

urlpatterns = [
    path("", CampaignList.as_view(), name="campaigns"),
    path("import/", ImportSpendPage.as_view(), name="import_spend"),
    path("new/", CampaignFormPage.as_view(), name="new_campaign"),
    path("<slug:campaign_id>/edit/", CampaignFormPage.as_view(), name="edit_campaign"),
    path("<slug:campaign_id>/delete/", delete_campaign, name="delete_campaign"),
    path("<slug:campaign_id>/restore/", restore_campaign, name="restore_campaign"),
    path("<slug:campaign_id>/spend/", edit_spend, name="campaign_spend"),
    path("<slug:campaign_id>/paste/", PasteSpendPage.as_view(), name="campaign_paste"),
]
