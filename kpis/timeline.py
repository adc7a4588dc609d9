"""What a lead's timeline tells of the events that count."""

from collections.abc import Iterable

from django.db.models import OuterRef, QuerySet, Subquery

from kpis.models import KpiEvent
from kpis.undoing import WHY_VOIDED, is_own_slip, may_void
from kpis.vocabulary import Kind
from leads.models import Lead
from leads.timeline import Item, Source, moments_of
from medspa.models import User
from medspa.money import format_cents
from medspa.templatetags.clinic import moment

ICONS = {
    Kind.AD_CLICK: "ads_click",
    Kind.CONSULT_BOOKED: "event",
    Kind.CONSULT_SHOW: "how_to_reg",
    Kind.INVOICE_PAID: "payments",
    Kind.INVOICE_REFUNDED: "undo",
}


def _moments(lead: Lead) -> QuerySet:
    return moments_of(KpiEvent.objects.filter(lead=lead), "event", "occurred_at")


def _items(lead: Lead, ids: list[str], viewer: User | None) -> Iterable[Item]:
    recorded = (
        KpiEvent.history.filter(id=OuterRef("id"), history_type="+")
        .order_by("history_id")
        .values("history_user_id")[:1]
    )
    for event in KpiEvent.objects.filter(id__in=ids).annotate(by=Subquery(recorded)):
        may = may_void(event, viewer, event.by)
        is_slip = is_own_slip(event, viewer, event.by)
        yield Item(
            event.id,
            event.occurred_at,
            "money",
            ICONS[Kind(event.kind)],
            _text(event),
            source="event",
            undo=("Undo" if is_slip else "Void") if may else "",
            reasons=() if is_slip else WHY_VOIDED,
        )


def _text(event: KpiEvent) -> str:
    text = str(event.get_kind_display())
    if event.value_cents is not None:
        return f"{text}: {format_cents(event.value_cents)}"
    scheduled = getattr(event.metadata, "scheduled_for", None)
    return f"{text} for {moment(scheduled)}" if scheduled else text


EVENTS = Source("event", "money", _moments, _items)
