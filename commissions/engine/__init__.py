"""The commission engine: rules, events and balances in, statements out.

Pure Python: no Django, no floats, no clock. Money is integer cents, rates and shares
are integer basis points, amounts are exact fractions until a line is rounded once.
"""

from commissions.engine.balances import Opening, Settlement, settle
from commissions.engine.corrections import Correction, cents_by_key, differences
from commissions.engine.run import Result, Statement, compute
from commissions.engine.schemas import (
    Event,
    InputRefused,
    Inputs,
    Line,
    LineKind,
    Provider,
    RuleRow,
    Share,
)

__all__ = [
    "Correction",
    "Event",
    "InputRefused",
    "Inputs",
    "Line",
    "LineKind",
    "Opening",
    "Provider",
    "Result",
    "RuleRow",
    "Settlement",
    "Share",
    "Statement",
    "cents_by_key",
    "compute",
    "differences",
    "settle",
]
