"""What the Erasure page shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from safekeeping.erasure.models import (
    ErasedLead,
    ErasureRequest,
    ErasureState,
    SuppressedContact,
)

DECIDED_SHOWN = 50


@dataclass(frozen=True)
class ErasurePageData:
    """Requests that wait, the latest decided ones, and how many there were."""

    waiting: Sequence[ErasureRequest]
    decided: Sequence[ErasureRequest]
    erased_leads: int
    kept_out: int


def read_erasures() -> ErasurePageData:
    rows = ErasureRequest.objects.select_related("lead", "requested_by", "decided_by")
    return ErasurePageData(
        waiting=list(rows.filter(state=ErasureState.WAITING)),
        decided=list(
            rows.exclude(state=ErasureState.WAITING).order_by("-decided_at", "-id")[
                :DECIDED_SHOWN
            ]
        ),
        erased_leads=ErasedLead.objects.count(),
        kept_out=SuppressedContact.objects.count(),
    )
