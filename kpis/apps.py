from django.apps import AppConfig


class KpisConfig(AppConfig):
    name = "kpis"
    verbose_name = "KPIs"

    def ready(self) -> None:
        from kpis.recording import record_stage_entry
        from leads.signals import stage_entered

        stage_entered.connect(record_stage_entry)
