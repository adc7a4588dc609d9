"""Erasing takes two administrators: one asks for it, another one approves."""

from django.db import IntegrityError, transaction

from leads.models import Lead
from medspa import clock
from medspa.audit.events import record_event
from medspa.clinic.current import current_clinic
from medspa.models import User
from safekeeping.certificates.models import CertificateKind
from safekeeping.certificates.signing import issue
from safekeeping.erasure import kinds
from safekeeping.erasure.erasing import (
    AlreadyErased,
    ErasureRefused,
    erase_person,
    hash_of_id,
)
from safekeeping.erasure.models import (
    ErasureReason,
    ErasureRequest,
    ErasureState,
    LegalHold,
)
from safekeeping.erasure.person import lead_ids_of

WAITS = "{who} has already asked to erase this person. Another administrator decides."


@transaction.atomic
def request_erasure(lead_id: str, reason: str, person: User) -> ErasureRequest:
    """Ask for the erasure of a lead's person. Raises ErasureRefused."""
    lead = Lead.all_objects.select_for_update(no_key=True).filter(pk=lead_id).first()
    if lead is None:
        raise ErasureRefused("This lead doesn't exist.")
    if lead.is_erased:
        raise AlreadyErased("This person was already erased.")
    if reason not in ErasureReason.values:
        raise ErasureRefused("Choose a reason from the list.")
    ids = lead_ids_of(lead_id)
    if LegalHold.objects.of_leads(ids).exists():
        raise ErasureRefused("A legal hold keeps this lead. Lift the hold first.")
    waiting = ErasureRequest.objects.filter(
        lead__in=ids, state=ErasureState.WAITING
    ).first()
    if waiting:
        raise ErasureRefused(WAITS.format(who=waiting.requested_by))
    request = ErasureRequest(lead=lead, reason=reason, requested_by=person)
    try:
        with transaction.atomic():
            request.save(force_insert=True)
    except IntegrityError as error:
        raise ErasureRefused(WAITS.format(who="Someone")) from error
    record_event(
        kinds.ERASURE_REQUESTED,
        by=person,
        subject=lead,
        details=kinds.WhyErased(reason=ErasureReason(reason)),
    )
    return request


@transaction.atomic
def approve_erasure(request_id: str, person: User) -> ErasureRequest:
    """Erase the person, as the second administrator. Raises ErasureRefused."""
    request = _waiting(request_id)
    if request.requested_by_id == person.pk:
        raise ErasureRefused(
            "You asked for this yourself. Another administrator has to approve it."
        )
    erased = erase_person(request.lead_id)
    total = sum(erased.counts.values())
    request.certificate = issue(
        CertificateKind.ERASURE,
        {
            "clinic": current_clinic().name,
            "erased_at": clock.now().isoformat(timespec="seconds"),
            "id_hashes": [hash_of_id(pk) for pk in erased.lead_ids],
            "reason": request.reason,
            "requested_by": str(request.requested_by),
            "approved_by": str(person),
            "counts": erased.counts,
        },
    )
    _decide(request, ErasureState.DONE, person)
    record_event(
        kinds.ERASURE_APPROVED,
        by=person,
        subject=request.lead,
        details=kinds.Rows(rows=total),
    )
    return request


@transaction.atomic
def decline_erasure(request_id: str, person: User) -> ErasureRequest:
    """Leave everything as it is; also who asked may take it back so."""
    request = _waiting(request_id)
    _decide(request, ErasureState.DECLINED, person)
    record_event(kinds.ERASURE_DECLINED, by=person, subject=request.lead)
    return request


def _waiting(request_id: str) -> ErasureRequest:
    rows = ErasureRequest.objects.select_for_update(no_key=True, of=("self",))
    request: ErasureRequest | None = (
        rows.select_related("requested_by", "lead").filter(pk=request_id).first()
    )
    if request is None:
        raise ErasureRefused("This request doesn't exist.")
    if not request.is_waiting:
        words = str(request.get_state_display()).lower()
        raise ErasureRefused(f"This request was already decided: {words}.")
    return request


def _decide(request: ErasureRequest, state: ErasureState, person: User) -> None:
    request.state = state
    request.decided_by = person
    request.decided_at = clock.now()
    request.save()
