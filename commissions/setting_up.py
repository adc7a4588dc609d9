"""What a new clinic sets up of its commissions."""

from django.urls import reverse

from commissions.models import CommissionRule, Provider
from medspa.setup.checklist import SetupStep


def providers_step() -> SetupStep:
    return SetupStep(
        6,
        "providers",
        "Add your providers",
        "Consults are booked with them, and payments are credited to them.",
        reverse("admin:commissions_provider_changelist"),
        "Open providers",
        is_done=Provider.all_objects.order_by()[:1].exists(),
    )


def rules_step() -> SetupStep:
    return SetupStep(
        7,
        "rules",
        "Set up commission rules",
        "What each provider earns of payments and consults. Skip this if no one is "
        "paid by commission.",
        reverse("commission_rules"),
        "Open rules",
        is_done=CommissionRule.objects.order_by()[:1].exists(),
    )
