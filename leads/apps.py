from django.apps import AppConfig


class LeadsConfig(AppConfig):
    name = "leads"

    def ready(self) -> None:
        from leads import timeline_changes, timeline_sources
        from leads.timeline import SOURCES

        ours = (*timeline_sources.SOURCES, *timeline_changes.SOURCES)
        SOURCES.extend(source for source in ours if source not in SOURCES)
