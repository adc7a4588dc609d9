"""The campaign that an address names."""

from typing import Any

from django.http import Http404
from django.urls import reverse

from campaigns.models import Campaign
from medspa.web.error_pages import MovedOn


def find_campaign(campaign_id: str, *, lock: bool = False) -> Campaign:
    """The campaign, to be changed; raises Http404, for a deleted one with the way to
    its page."""
    rows: Any = Campaign.all_objects
    if lock:
        rows = rows.select_for_update(no_key=True)
    campaign: Campaign | None = rows.filter(pk=campaign_id).first()
    if campaign is None:
        raise Http404
    if campaign.is_deleted:
        address = reverse("campaign", args=[campaign.pk])
        sentence = "This campaign was deleted. Nothing was saved."
        raise MovedOn(sentence, address, "Open campaign")
    return campaign
