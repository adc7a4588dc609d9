from django.apps import AppConfig


class KpisConfig(AppConfig):
    name = "kpis"
    verbose_name = "KPIs"

    def ready(self) -> None:
        from kpis.recording import record_stage_entry
        from kpis.timeline import EVENTS
        from leads.signals import stage_entered
        from leads.timeline import SOURCES

        stage_entered.connect(record_stage_entry)
        if EVENTS not in SOURCES:
            SOURCES.append(EVENTS)
