"""What leads may be worth."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from leads.models import Opportunity
from medspa.audit.writing import create_values_with_history


@dataclass(frozen=True)
class ExpectedSale:
    """What a lead, by its id, wants to buy and for how many cents."""

    lead_id: str
    procedure: str
    value_cents: int


def create_opportunities(sales: Iterable[ExpectedSale]) -> list[str]:
    """An opportunity for each lead, by two statements for any number; their ids.

    The leads must have none yet: a lead has one opportunity at most, deleted ones
    included.
    """
    now = timezone.now()
    return create_values_with_history(
        Opportunity,
        ("lead_id", "procedure_code", "expected_value_cents", "updated_at"),
        ((sale.lead_id, sale.procedure, sale.value_cents, now) for sale in sales),
    )
