"""What leads may be worth."""

from collections.abc import Iterable
from dataclasses import dataclass

from leads.models import Opportunity
from medspa.audit.writing import create_with_history


@dataclass(frozen=True)
class ExpectedSale:
    """What a lead, by its id, wants to buy and for how many cents."""

    lead_id: str
    procedure: str
    value_cents: int


def create_opportunities(sales: Iterable[ExpectedSale]) -> list[Opportunity]:
    """An opportunity for each lead, by two statements for any number.

    The leads must have none yet: a lead has one opportunity at most, deleted ones
    included.
    """
    rows = [
        Opportunity(
            lead_id=sale.lead_id,
            procedure_code=sale.procedure,
            expected_value_cents=sale.value_cents,
        )
        for sale in sales
    ]
    create_with_history(Opportunity, rows)
    return rows
