"""Which system's payment counts where several report the same one."""

from collections.abc import Iterable

from django.db import transaction

from connections.audit_kinds import PAYMENT_ORDER_CHANGED, PaymentOrderDetails
from connections.file_systems import FILE_SYSTEMS
from connections.models import PaymentRank
from medspa.audit.events import record_event
from medspa.refusals import Refused

# Who moved the money knows best, then where the visit was sold, then who was told.
CARD_PROCESSORS = ("stripe", "square")
CRMS = ("gohighlevel",)
SYSTEM_TITLES = {**FILE_SYSTEMS, "connect": "Connect anything"}


class PaymentOrderRefused(Refused):
    """The order stays as it is."""

    code = "payment_order_refused"


def title_of(system: str) -> str:
    """The name of a system that reports payments, as people know it."""
    return SYSTEM_TITLES.get(system, system.capitalize())


def default_order() -> list[str]:
    """Card processors, then systems that clinics book and sell with, then CRMs."""
    known = [name for name in SYSTEM_TITLES if name != "other"] + ["other"]
    between = [name for name in known if name not in (*CARD_PROCESSORS, *CRMS)]
    return [*CARD_PROCESSORS, *between, *CRMS]


def payment_order() -> list[str]:
    """All systems that report payments, the one that counts before the others first."""
    chosen = list(
        PaymentRank.objects.order_by("place").values_list("system", flat=True)
    )
    return [*chosen, *(name for name in default_order() if name not in chosen)]


class Ranks:
    """Read once for all payments, and only when two systems report one of them."""

    def __init__(self) -> None:
        self._order: list[str] | None = None

    def of(self, system: str) -> int:
        """A lower number counts before a higher one."""
        if self._order is None:
            self._order = payment_order()
        if system in self._order:
            return self._order.index(system)
        return len(self._order)

    def counts_before(self, system: str, others: Iterable[str]) -> bool:
        rank = self.of(system)
        return all(rank < self.of(other) for other in others)


@transaction.atomic
def move_before(system: str, other: str) -> list[str]:
    """Let a system count before `other`, or after all if that is empty.

    Payments of the past stay. Raises PaymentOrderRefused for a system that reports no
    payments.
    """
    before = payment_order()
    if system not in before or other not in (*before, ""):
        raise PaymentOrderRefused("Choose a system from the list.", "unknown_system")
    if system == other:
        return before
    order = [name for name in before if name != system]
    order.insert(order.index(other) if other else len(order), system)
    if order != before:
        for place, name in enumerate(order, 1):
            PaymentRank.objects.update_or_create(system=name, defaults={"place": place})
        record_event(
            PAYMENT_ORDER_CHANGED,
            details=PaymentOrderDetails(system=title_of(system)),
        )
    return order
