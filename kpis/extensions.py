"""What events add to leads: records of stages, panels, timeline, Today, undo."""

from kpis import today
from kpis.choices import ONCE_PER_LEAD, Kind
from kpis.events.coming_consults import consult_notes
from kpis.events.deletions import keep_counted
from kpis.events.entry_bookings import book_on_entry, closed_notice
from kpis.events.payments import has_payments
from kpis.events.recording import record_stage_entries
from kpis.events.stage_after_cancel import MOVE_BACK, offer_after_cancel
from kpis.events.stage_after_payment import offer_after_payment
from kpis.events.undoing import VOIDERS, entries_with_records, void_stage_entry
from kpis.lead_page.panel import panel
from kpis.lead_page.stage_question import consult_fields
from kpis.lead_page.timeline import CONSULT_SOURCE, EVENT_SOURCE
from kpis.list_filters import CONSULT_FILTER, KPI_FILTER
from kpis.metrics.sql import ANSWERING_EVENTS
from kpis.models import KpiEvent
from kpis.queries.past_stages import stages_at
from kpis.restatements.snapshots import snapshot_line
from kpis.rollups.rebuild import rebuild_for_new_zone
from leads import extension_points
from leads.answered import Answer
from medspa.extension_points import health_lines, recorded_amounts, zone_rebuilds

extension_points.stage_entered.connect(record_stage_entries)
extension_points.stage_questions.extend(Kind.CONSULT_BOOKED.value)(
    extension_points.StageQuestion(consult_fields, book_on_entry, closed_notice)
)
extension_points.after_move_undone.extend(void_stage_entry)
extension_points.stage_entry_records.extend(entries_with_records)
extension_points.answers.extend(
    Answer(ANSWERING_EVENTS, lambda: KpiEvent.objects.filter(kind__in=ONCE_PER_LEAD))
)
extension_points.deletion_refusals.extend(keep_counted)
extension_points.panels.extend(panel)
extension_points.card_notes.extend(consult_notes)
health_lines.extend(snapshot_line)
extension_points.stage_offers.extend(MOVE_BACK)(offer_after_cancel)
extension_points.stage_offers.extend(extension_points.WIN)(offer_after_payment)
zone_rebuilds.extend(rebuild_for_new_zone)
recorded_amounts.extend(has_payments)
extension_points.timeline_sources.extend(EVENT_SOURCE)
extension_points.timeline_sources.extend(CONSULT_SOURCE)
extension_points.today_sections.extend(today.CONSULT_SECTION)
extension_points.today_sections.extend(today.UNMARKED_SECTION)
extension_points.past_figures.extend(stages_at)
extension_points.lead_tables.extend(KpiEvent)
extension_points.list_filters.extend(CONSULT_FILTER)
extension_points.list_filters.extend(KPI_FILTER)
for name, voider in VOIDERS.items():
    extension_points.undoers.extend(name)(voider)
