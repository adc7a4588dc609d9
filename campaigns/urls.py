"""Addresses of the campaigns' pages; a campaign's own page is of `kpis`."""

from django.urls import path

from campaigns.views import (
    CampaignList,
    ImportSpendPage,
    PasteSpendPage,
    edit_spend,
)

urlpatterns = [
    path("", CampaignList.as_view(), name="campaigns"),
    path("import/", ImportSpendPage.as_view(), name="import_spend"),
    path("<slug:campaign_id>/spend/", edit_spend, name="campaign_spend"),
    path("<slug:campaign_id>/paste/", PasteSpendPage.as_view(), name="campaign_paste"),
]
