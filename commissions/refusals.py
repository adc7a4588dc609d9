"""Refusals of this app's services; those of the engine stand beside its input."""

from medspa.refusals import Refused


class CreditRefused(Refused):
    """Shares that can't be, or a provider who can't be named."""

    code = "credit_refused"


class DisputeRefused(Refused):
    """The line can't be disputed, or the dispute not answered by this person."""

    code = "dispute_refused"


class RuleChangeRefused(Refused):
    """The rule stays as it is."""

    code = "rule_change_refused"


class RunRefused(Refused):
    """The month can't be calculated."""

    code = "run_refused"
