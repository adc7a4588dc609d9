from typing import Any

from django.apps import AppConfig


class CommissionsConfig(AppConfig):
    name = "commissions"

    def ready(self) -> None:
        from commissions.credits.lead_panel import panel
        from commissions.credits.payment_form import PAYMENT_SHARES, credit_recorded
        from commissions.models import LeadProvider
        from kpis.events.recording import AFTER_RECORDED
        from kpis.lead_page.payment_form import PAYMENT_PARTS
        from leads.panels import PANELS
        from leads.services.merging import CHILDREN

        registries: list[tuple[list[Any], Any]] = [
            (PANELS, panel),
            (PAYMENT_PARTS, PAYMENT_SHARES),
            (AFTER_RECORDED, credit_recorded),
            (CHILDREN, LeadProvider),
        ]
        for registry, ours in registries:
            if ours not in registry:
                registry.append(ours)
