"""What leads add to the shell, and to their own timeline and Today."""

from django.db.models import CharField
from django.db.models.expressions import RawSQL

from leads import extension_points
from leads.bulk import handing_over
from leads.deleted_leads.restoring import delete_again
from leads.lead_list.pinned_views import PINNED
from leads.lead_list.site_search import LEAD_SEARCH
from leads.models import Activity, ContactPoint
from leads.models.clinic_list import CLINIC_LISTS, lists_as_json
from leads.services.answered_calls import MOVE_ON, offer_after_call
from leads.services.editing import CHANGE_UNDOERS
from leads.services.undoing import LEAD_UNDOERS
from leads.setting_up import import_step, procedures_step, stages_step
from leads.timeline import changes, sources
from leads.today import sections
from medspa.extension_points import (
    hand_overs,
    person_attributes,
    setup_steps,
    site_searches,
)

setup_steps.extend(stages_step)
setup_steps.extend(procedures_step)
setup_steps.extend(import_step)
site_searches.extend(LEAD_SEARCH)
person_attributes.extend("sidebar_views")(PINNED)
person_attributes.extend(CLINIC_LISTS)(
    RawSQL(lists_as_json(), (), CharField())  # noqa: S611
)
for part in (handing_over.LEADS, handing_over.NEXT_STEPS, handing_over.VIEWS):
    hand_overs.extend(part)
extension_points.lead_tables.extend(Activity)
extension_points.lead_tables.extend(ContactPoint)
for source in (*sources.TIMELINE_SOURCES, *changes.CHANGE_SOURCES):
    extension_points.timeline_sources.extend(source)
for section in sections.TODAY_SECTIONS:
    extension_points.today_sections.extend(section)
for name, undoer in (LEAD_UNDOERS | CHANGE_UNDOERS).items():
    extension_points.undoers.extend(name)(undoer)
extension_points.undoers.extend("restored")(delete_again)
extension_points.stage_offers.extend(MOVE_ON)(offer_after_call)
