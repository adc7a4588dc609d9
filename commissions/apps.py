from typing import Any

from django.apps import AppConfig


class CommissionsConfig(AppConfig):
    name = "commissions"

    def ready(self) -> None:
        from commissions.lead_panel import panel
        from commissions.models import LeadProvider
        from commissions.payment_part import credit_recorded, offer
        from kpis.lead_panel import PAYMENT_PARTS
        from kpis.recording import AFTER_RECORDED
        from leads.merging import CHILDREN
        from leads.panels import PANELS

        registries: list[tuple[list[Any], Any]] = [
            (PANELS, panel),
            (PAYMENT_PARTS, offer),
            (AFTER_RECORDED, credit_recorded),
            (CHILDREN, LeadProvider),
        ]
        for registry, ours in registries:
            if ours not in registry:
                registry.append(ours)
