from django.apps import AppConfig


class LeadsConfig(AppConfig):
    name = "leads"

    def ready(self) -> None:
        from leads import timeline_sources
        from leads.timeline import SOURCES

        SOURCES.extend(s for s in timeline_sources.SOURCES if s not in SOURCES)
