"""Campaigns and what they cost."""

from campaigns.models.alias import CampaignAlias, SpendSource
from campaigns.models.campaign import Campaign, Platform
from campaigns.models.spend import CampaignSpend

__all__ = ["Campaign", "CampaignAlias", "CampaignSpend", "Platform", "SpendSource"]
