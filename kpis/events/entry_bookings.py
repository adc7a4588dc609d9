"""The consult of a lead that enters the stage for booked consults."""

from collections.abc import Mapping
from datetime import datetime

from kpis.events.bookings import (
    NO_ARRANGEMENT,
    Arrangement,
    Booking,
    bookings,
    events_of,
)
from kpis.events.consult_details import arrange, refuse_unknown
from kpis.events.consult_times import closed_in_words
from kpis.events.consults import book
from kpis.events.refusals import ConsultRefused
from leads.models import Lead, LeadStage
from medspa.audit.actors import current_actor
from medspa.templatetags.clinic import moment


def book_on_entry(
    stage_period: LeadStage,
    scheduled_for: datetime | None,
    entered: Mapping[str, str],
) -> None:
    """Book the consult of a lead that was just moved; the same again changes nothing.

    `entered` may have `provider`, `procedure` and `anyway`. What is left out stays as
    it was arranged, and a consult that has a date keeps it. Undoing the move takes all
    of it back. Raises ConsultRefused like `book`, ConsultClash unless `anyway`, and
    ConsultRefused for people who may not book.
    """
    lead = stage_period.lead
    last = newest_booking(lead)
    standing = last if last and last.can_change else None
    before = standing.arrangement if standing else NO_ARRANGEMENT
    wanted = Arrangement(
        entered.get("provider", before.provider_id),
        entered.get("procedure", before.procedure),
    )
    when = scheduled_for or (standing.scheduled_for if standing else None)
    is_same_date = last and not last.is_canceled and last.scheduled_for == when
    if is_same_date and (standing is None or wanted == before):
        return
    if when is None and wanted == before:
        return
    _refuse_without_right()
    if when:
        period_id, may_clash = stage_period.pk, bool(entered.get("anyway"))
        book(lead, when, wanted, stage_period_id=period_id, may_clash=may_clash)
    elif standing:
        refuse_unknown(wanted)
        arrange(standing.event, wanted)


def newest_booking(lead: Lead) -> Booking | None:
    return next(iter(bookings(events_of(lead))), None)


def _refuse_without_right() -> None:
    person = current_actor().user
    if person and not person.has_perm("kpis.add_kpievent"):
        raise ConsultRefused(
            "You don't have permission to book consults.", "not_allowed"
        )


def closed_notice(when: datetime) -> str:
    """That the consult is outside opening hours; empty if it is not."""
    closed = closed_in_words(when)
    return f"Consult booked for {moment(when)}. {closed}" if closed else ""
