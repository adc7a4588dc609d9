"""The legal notice on rules. It warns and blocks nothing, and is not legal advice."""

from dataclasses import dataclass

from commissions.engine.rule_language import AnyRule, Draw, Flat
from commissions.models import Role


@dataclass(frozen=True)
class LegalWords:
    """What is said in a country: on every rule, and of two kinds of rules."""

    notice: str
    fee_splitting: str
    per_booking: str


UNITED_STATES = LegalWords(
    notice="Paying a percentage of medical services to someone who can't share in them "
    "is fee-splitting in many states, and paying per lead or booking to unlicensed "
    "staff is the riskiest form. This is not legal advice: ask a lawyer of your state.",
    fee_splitting="This pays out of medical services, and not only to a physician or "
    "surgeon: in many states that is fee-splitting.",
    per_booking="This pays for each consult to staff who may be unlicensed: the "
    "riskiest form.",
)
ELSEWHERE = LegalWords(
    notice="Laws and professional rules may limit who can be paid a share of medical "
    "services, or a fee per lead or booking. This is not legal advice: ask a lawyer in "
    "your country.",
    fee_splitting="This pays out of medical services, and not only to a physician or "
    "surgeon: that may not be allowed.",
    per_booking="This pays for each consult to staff who may be unlicensed: that may "
    "not be allowed.",
)
UNLICENSED = {
    Role.CONSULTANT.value,
    Role.COORDINATOR.value,
    Role.FRONT_DESK.value,
    None,
}
SHARES_IN_SERVICES = {Role.PHYSICIAN.value, Role.SURGEON.value}


def legal_words(country: str) -> LegalWords:
    return UNITED_STATES if country == "US" else ELSEWHERE


def legal_risks(terms: AnyRule, role: str | None, country: str) -> list[str]:
    """Warnings about paying `terms` to providers of `role` (None: of any)."""
    words = legal_words(country)
    if isinstance(terms, Draw):
        return []
    if isinstance(terms, Flat) and terms.event != "invoice_paid":
        return [words.per_booking] if role in UNLICENSED else []
    categories = terms.match.categories
    is_service = categories is None or "service" in categories
    if is_service and (role not in SHARES_IN_SERVICES or terms.type == "pool"):
        return [words.fee_splitting]
    return []
