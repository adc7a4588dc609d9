from django.apps import AppConfig


class LeadsConfig(AppConfig):
    name = "leads"

    def ready(self) -> None:
        from leads import timeline_changes, timeline_sources, today_sections
        from leads.sidebar import PINNED
        from leads.timeline import SOURCES
        from leads.today import SECTIONS
        from medspa.signing_in import BESIDE

        BESIDE["sidebar_views"] = PINNED
        ours = (*timeline_sources.SOURCES, *timeline_changes.SOURCES)
        SOURCES.extend(source for source in ours if source not in SOURCES)
        SECTIONS.extend(
            each for each in today_sections.SECTIONS if each not in SECTIONS
        )
