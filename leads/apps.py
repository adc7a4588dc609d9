from django.apps import AppConfig


class LeadsConfig(AppConfig):
    name = "leads"

    def ready(self) -> None:
        from leads.lead_list.pinned_views import PINNED
        from leads.timeline import SOURCES
        from leads.timeline import changes as timeline_changes
        from leads.timeline import sources as timeline_sources
        from leads.today import SECTIONS
        from leads.today import sections as today_sections
        from medspa.accounts.auth import BESIDE

        BESIDE["sidebar_views"] = PINNED
        ours = (*timeline_sources.SOURCES, *timeline_changes.SOURCES)
        SOURCES.extend(source for source in ours if source not in SOURCES)
        SECTIONS.extend(
            each for each in today_sections.SECTIONS if each not in SECTIONS
        )
