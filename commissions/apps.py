from django.apps import AppConfig


class CommissionsConfig(AppConfig):
    name = "commissions"

    def ready(self) -> None:
        from commissions.lead_panel import panel
        from leads.panels import PANELS

        if panel not in PANELS:
            PANELS.append(panel)
