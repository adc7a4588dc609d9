"""The legal notice on rules. It warns and blocks nothing, and is not legal advice."""

from commissions.engine.rule_language import AnyRule, Draw, Flat
from commissions.models import Role

NOTICE = (
    "Paying a percentage of medical services to someone who can't share in them is "
    "fee-splitting in many states, and paying per lead or booking to unlicensed staff "
    "is the riskiest form. This is not legal advice: ask a lawyer of your state."
)
FEE_SPLITTING = (
    "This pays out of medical services, and not only to a physician or surgeon: in "
    "many states that is fee-splitting."
)
PER_BOOKING = (
    "This pays for each consult to staff who may be unlicensed: the riskiest form."
)
UNLICENSED = {
    Role.CONSULTANT.value,
    Role.COORDINATOR.value,
    Role.FRONT_DESK.value,
    None,
}
SHARES_IN_SERVICES = {Role.PHYSICIAN.value, Role.SURGEON.value}


def legal_risks(terms: AnyRule, role: str | None) -> list[str]:
    """Warnings about paying `terms` to providers of `role` (None: of any)."""
    if isinstance(terms, Draw):
        return []
    if isinstance(terms, Flat) and terms.event != "invoice_paid":
        return [PER_BOOKING] if role in UNLICENSED else []
    categories = terms.match.categories
    is_service = categories is None or "service" in categories
    if is_service and (role not in SHARES_IN_SERVICES or terms.type == "pool"):
        return [FEE_SPLITTING]
    return []
