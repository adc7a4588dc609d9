from typing import Any

from django.apps import AppConfig


class KpisConfig(AppConfig):
    name = "kpis"
    verbose_name = "KPIs"

    def ready(self) -> None:
        from kpis import today
        from kpis.events.consults import book_on_entry
        from kpis.events.recording import record_stage_entries
        from kpis.events.undoing import VOIDERS, entries_with_records, void_stage_entry
        from kpis.lead_page.panel import panel
        from kpis.lead_page.timeline import EVENT_SOURCE
        from kpis.models import KpiEvent
        from leads.board.move_form import DATES_GIVEN
        from leads.panels import PANELS
        from leads.services.merging import CHILDREN
        from leads.services.undoing import (
            AFTER_MOVE_UNDONE,
            ENTRIES_WITH_RECORDS,
            UNDOERS,
        )
        from leads.signals import stage_entered
        from leads.timeline import SOURCES
        from leads.today import SECTIONS

        stage_entered.connect(record_stage_entries)
        UNDOERS.update(VOIDERS)
        DATES_GIVEN["consult_booked"] = book_on_entry
        registries: list[tuple[list[Any], Any]] = [
            (SOURCES, EVENT_SOURCE),
            (PANELS, panel),
            (CHILDREN, KpiEvent),
            (SECTIONS, today.CONSULT_SECTION),
            (AFTER_MOVE_UNDONE, void_stage_entry),
            (ENTRIES_WITH_RECORDS, entries_with_records),
        ]
        for registry, ours in registries:
            if ours not in registry:
                registry.append(ours)
