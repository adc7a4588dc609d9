"""Four eyes: whose statements a person may not approve, lock, pay or unlock."""

from collections.abc import Callable
from datetime import date
from typing import Any

from commissions.models import CommissionRule, Provider, Statement, StatementLine
from medspa.clinic_time import clinic_zone, start_of_day

# Why a statement is not signed; empty if it may be.
Refusal = Callable[[Statement], str]


# What is done to a statement, as `someone else must …`.
TO_APPROVE = "approve it"
TO_LOCK = "lock it"
TO_PAY = "mark it as paid"
TO_UNLOCK = "unlock it"


def four_eyes(step: str, user: Any, month: date, rows: Any) -> Refusal:
    """Neither the payee nor the author of a rule that pays signs a statement.

    `rows` are the statements of `month` that it will be asked for.
    """
    own = providers_of_person(user, month)
    authored = _statements_of_authored_rules(user, rows)

    def refusal(row: Statement) -> str:
        if row.provider_id in own:
            return f"{row}: it's your own, so someone else must {step}."
        if row.pk in authored:
            return f"{row}: your rules pay it, so someone else must {step}."
        return ""

    return refusal


def providers_of_person(user: Any, month: date) -> set[str]:
    """Ids of the providers whom `user` signs in as, or did at any time since `month`
    began: unlinking oneself opens nothing."""
    ever = set(Provider.history.filter(user=user).values_list("id", flat=True))
    start = start_of_day(month, clinic_zone())
    found = set(Provider.all_objects.filter(user=user).values_list("pk", flat=True))
    versions = Provider.history.filter(id__in=ever - found).order_by(
        "id", "history_date", "history_id"
    )
    was: dict[str, int | None] = {}
    for key, person, moment in versions.values_list("id", "user", "history_date"):
        # One of these versions ended the link.
        if moment >= start and was.get(key) == user.pk:
            found.add(key)
        was[key] = person
    return found


def _statements_of_authored_rules(user: Any, rows: Any) -> set[str]:
    """Ids of statements that pay by rules which `user` made or changed."""
    history = CommissionRule.history.filter(history_user=user)
    authored = set(history.values_list("id", flat=True))
    lines = StatementLine.objects.filter(statement__in=rows, rule__in=authored)
    drawn = rows.filter(draw_rule__in=authored)
    return {
        *lines.values_list("statement", flat=True).distinct(),
        *drawn.values_list("pk", flat=True),
    }
