"""Who earns what from which payment, and the statements that say so."""

from commissions.engine.schemas import WHOLE_BPS
from commissions.models.credit import CREDITED_KINDS, Credit
from commissions.models.dispute import (
    RESOLUTIONS,
    Dispute,
    DisputeAnswer,
    DisputeReason,
)
from commissions.models.lead_provider import LeadProvider
from commissions.models.line import StatementLine
from commissions.models.provider import Provider, Role
from commissions.models.rollup import InputChange, OpenPayment, ReconciledMonth
from commissions.models.rule import CommissionRule
from commissions.models.statement import Statement, Status

__all__ = [
    "CREDITED_KINDS",
    "RESOLUTIONS",
    "WHOLE_BPS",
    "CommissionRule",
    "Credit",
    "Dispute",
    "DisputeAnswer",
    "DisputeReason",
    "InputChange",
    "LeadProvider",
    "OpenPayment",
    "Provider",
    "ReconciledMonth",
    "Role",
    "Statement",
    "StatementLine",
    "Status",
]
