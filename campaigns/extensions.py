"""What campaigns add to the clinic's settings and its first-run checklist."""

from django.urls import reverse

from campaigns.models import Campaign, CampaignSpend
from medspa.extension_points import recorded_amounts, setup_steps
from medspa.setup.checklist import SetupStep


@setup_steps.extend
def campaigns_step() -> SetupStep:
    return SetupStep(
        5,
        "campaigns",
        "Add your campaigns",
        "With what they cost, the reports can say which of them bring customers.",
        reverse("campaigns"),
        "Open campaigns",
        is_done=Campaign.objects.order_by()[:1].exists(),
    )


@recorded_amounts.extend
def has_spend() -> bool:
    return CampaignSpend.objects.order_by()[:1].exists()
