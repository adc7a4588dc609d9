"""Erasing a person: name and contacts go everywhere, money and counts stay.

All leads that are merged with the person's are one with it. Each keeps its row, its
events and its stages, so no figure changes; the database refuses to give it a name or
a contact again (`leads_lead_erased_is_nobody`).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from leads.extension_points import erasers
from leads.models import ContactPoint, Lead, LeadArrival, Task
from leads.models.lead import ERASED_NAME
from leads.models.queue_claim import QueueClaim
from medspa import clock
from medspa.audit.actors import acting
from medspa.audit.sentences import PERSON_ERASED
from medspa.audit.writing import note_history
from medspa.refusals import Refused
from safekeeping.erasure import traces
from safekeeping.erasure.models import ErasedLead, LegalHold
from safekeeping.erasure.person import (
    PersonIdentity,
    former_partners,
    identity_of,
    lead_ids_of,
)
from safekeeping.erasure.suppression import suppress


class ErasureRefused(Refused):
    """Nothing was erased."""

    code = "erasure_refused"


class AlreadyErased(ErasureRefused):
    """The person was erased before."""

    code = "already_erased"


@dataclass(frozen=True)
class ErasedPerson:
    """The leads that were one person, and how many rows were changed, by kind."""

    lead_ids: tuple[str, ...]
    counts: dict[str, int] = field(default_factory=dict)


def hash_of_id(lead_id: str) -> str:
    """SHA-256, in hexadecimal: how the ledger names a lead outside the database."""
    return hashlib.sha256(lead_id.encode()).hexdigest()


@transaction.atomic
def erase_person(
    lead_id: str,
    *,
    is_suppressed: bool = True,
    replayed_at: datetime | None = None,
    keeps_history: bool = True,
) -> ErasedPerson:
    """Erase the person of this lead and of all leads merged with it.

    With `is_suppressed` their contacts don't come in again. `replayed_at` is the moment
    in the ledger: then a hold that the restored database still has doesn't count.
    Without `keeps_history` the caller removes the person's own history. Raises
    ErasureRefused under a legal hold, and AlreadyErased.
    """
    ids = _lock_person(lead_id)
    if replayed_at is None and LegalHold.objects.of_leads(ids).exists():
        raise ErasureRefused(
            "A legal hold keeps this lead. Lift the hold first. Nothing was erased."
        )
    leads = Lead.all_objects.filter(pk__in=ids)
    if not leads.filter(erased_at=None).exists():
        raise AlreadyErased("This person was already erased.")
    identity = identity_of(ids)
    counts = _erase_rows(ids, replayed_at or clock.now())
    counts |= _overwrite_traces(ids, identity)
    if keeps_history:
        counts |= _overwrite_history(ids)
    if is_suppressed:
        counts["contacts kept out"] = suppress(identity)
    return ErasedPerson(tuple(ids), counts)


def _lock_person(lead_id: str) -> list[str]:
    """The person's leads, each locked for good: who adds a contact waits, too.

    Read again when they are locked, since a merge may have been under way.
    """
    ids = lead_ids_of(lead_id)
    while True:
        rows = Lead.all_objects.select_for_update().filter(pk__in=ids).order_by("pk")
        found = [row.pk for row in rows.only("pk")]
        if lead_id not in found:
            raise ErasureRefused("This lead doesn't exist. Nothing was erased.")
        if (now := lead_ids_of(lead_id)) == ids:
            return ids
        ids = sorted({*ids, *now})


def _erase_rows(ids: Sequence[str], at: datetime) -> dict[str, int]:
    points = ContactPoint.all_objects.filter(lead__in=ids)
    removed = points._raw_delete(points.db)
    fresh = list(
        Lead.all_objects.filter(pk__in=ids, erased_at=None).values_list("pk", flat=True)
    )
    Lead.all_objects.filter(pk__in=fresh).update(
        first_name=ERASED_NAME,
        email="",
        email_index=b"",
        phone="",
        phone_index=b"",
        phone_last4_index=b"",
        external_id=None,
        erased_at=at,
        updated_at=clock.now(),
    )
    with acting(reason=PERSON_ERASED):
        for task in Task.objects.open().filter(lead__in=ids):
            task.delete()
    QueueClaim.objects.filter(lead__in=ids).delete()
    # A click id leads to the person at the ad platform; the campaign does not.
    LeadArrival.objects.filter(lead__in=ids).update(click_kind="", click_id="")
    ErasedLead.objects.bulk_create(
        [ErasedLead(lead_id=pk, id_hash=hash_of_id(pk), erased_at=at) for pk in fresh],
        ignore_conflicts=True,
    )
    return {"leads": len(fresh), "further contacts": int(removed)}


def _overwrite_traces(ids: Sequence[str], identity: PersonIdentity) -> dict[str, int]:
    partners = former_partners(ids)
    return {
        "history of others": traces.overwrite_partners(partners, identity),
        "reasons": traces.overwrite_reasons([*ids, *partners]),
        "ad clicks": traces.clear_click_ids(ids),
        "admin log": traces.clear_admin_log(ids),
        "rows of imports": traces.clear_import_rows(identity),
        "received from other systems": sum(
            erase(ids, identity.contacts) for erase in erasers
        ),
    }


def _overwrite_history(ids: Sequence[str]) -> dict[str, int]:
    counts = {
        "history of leads": traces.overwrite_lead_history(ids),
        "history of contacts": traces.overwrite_contact_history(ids),
    }
    # After the old rows were overwritten: this one says that it was done.
    with acting(reason=PERSON_ERASED):
        note_history(Lead, list(ids), "~")
    return counts
