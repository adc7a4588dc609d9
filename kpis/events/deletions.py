"""Deleting a lead takes its events out of all reports, as voiding them does."""

from collections.abc import Collection, Mapping

from kpis.choices import MONEY_KINDS, Kind
from kpis.models import KpiEvent
from medspa.models import User

KEPT_KINDS = (*MONEY_KINDS, Kind.CONSULT_SHOW.value)
IS_COUNTED = (
    "This lead has payments or a consult marked as Showed, which count in reports. Ask "
    "a manager or an administrator to delete it."
)


def keep_counted(lead_ids: Collection[str], person: User | None) -> Mapping[str, str]:
    """Who may not void events may not delete leads with payments or held consults."""
    if person is not None and person.has_perm("kpis.void_kpievent"):
        return {}
    events = KpiEvent.objects.filter(lead__in=lead_ids, kind__in=KEPT_KINDS)
    return dict.fromkeys(events.order_by().values_list("lead", flat=True), IS_COUNTED)
