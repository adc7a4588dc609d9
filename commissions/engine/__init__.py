"""The commission engine: rules, events and balances in, statements out.

Pure Python: no Django, no floats, no clock. Money is integer cents, rates and shares
are integer basis points, amounts are exact fractions until a line is rounded once.
"""

from commissions.engine.balances import (
    MonthTotals,
    OpeningBalance,
    calculate_totals,
)
from commissions.engine.corrections import Correction, cents_by_key, differences
from commissions.engine.run import ComputedStatement, Result, compute
from commissions.engine.schemas import (
    CommissionLine,
    CreditShare,
    Earner,
    Event,
    InputRefused,
    Inputs,
    LineKind,
    LineSource,
    RoleChange,
    RuleRow,
)

__all__ = [
    "CommissionLine",
    "ComputedStatement",
    "Correction",
    "CreditShare",
    "Earner",
    "Event",
    "InputRefused",
    "Inputs",
    "LineKind",
    "LineSource",
    "MonthTotals",
    "OpeningBalance",
    "Result",
    "RoleChange",
    "RuleRow",
    "calculate_totals",
    "cents_by_key",
    "compute",
    "differences",
]
