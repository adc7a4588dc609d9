"""Events and kept sums: who changes them waits for who changes them now.

One committed clinic for the file: an act that waits is given up, and changes nothing.
"""

from collections.abc import Callable

import pytest
from django.db import connection, transaction

from kpis import verify as checking
from kpis.choices import VoidReason
from kpis.events import payments, undoing, voiding
from kpis.events.consult_details import refuse_clash
from kpis.models import KpiEvent
from kpis.rollups import rebuild, rebuild_rollups, refresh, refresh_rollups
from medspa import clock
from medspa.clinic_time import clinic_today, clinic_zone
from medspa.models import User
from medspa.roles import MANAGER
from tests import factories
from tests.locks import at_statement, elsewhere, held, is_free, proves, waits

FOLDING, REBUILDING = refresh.REFRESH_LOCK_KEY, rebuild.REBUILD_LOCK_KEY


class Clinic:
    def __init__(self) -> None:
        self.person: User = factories.UserFactory(role=MANAGER)
        self.payment: KpiEvent = factories.KpiEventFactory(paid=True)
        self.provider = factories.ProviderFactory()


@pytest.fixture(scope="module")
def clinic(committed_once: None) -> Clinic:
    return Clinic()


def void_on_the_page(c: Clinic) -> None:
    with transaction.atomic():
        undoing.void(c.payment.lead, c.payment.pk, c.person, VoidReason.MISTAKE)


EVENT_ACTS: dict[str, Callable[[Clinic], object]] = {
    "kpis.events.payments.record_refund": lambda c: payments.record_refund(
        c.payment.lead, c.payment.pk, 100
    ),
    "kpis.events.payments.replace_payment": lambda c: payments.replace_payment(
        c.payment.lead,
        c.payment.pk,
        payments.PaymentChange(1, "", "service", 0, clinic_today()),
    ),
    "kpis.events.undoing.void": void_on_the_page,
    "kpis.events.voiding.void": lambda c: voiding.void(
        c.payment.pk, VoidReason.MISTAKE
    ),
}


@proves(
    "kpis.events.payments.record_refund row lock",
    "kpis.events.payments.replace_payment row lock",
    "kpis.events.undoing.void row lock",
    "kpis.events.voiding.void row lock",
)
@pytest.mark.parametrize("place", EVENT_ACTS)
def test_an_act_on_a_payment_waits_for_who_has_it(clinic: Clinic, place: str) -> None:
    with held(clinic.payment):
        asked = waits(lambda: EVENT_ACTS[place](clinic))
    assert asked == f"{place} locking kpis_kpievent"


@proves("kpis.events.consult_details.refuse_clash row lock")
def test_who_books_a_provider_waits_for_who_is_booking_them(clinic: Clinic) -> None:
    """So the second of two who book the same time sees the first one's consult."""

    def book() -> None:
        with transaction.atomic():
            refuse_clash(clinic.payment.lead, clock.now(), clinic.provider.pk)

    with held(clinic.provider):
        asked = waits(book)
    place = "kpis.events.consult_details.refuse_clash"
    assert asked == f"{place} locking commissions_provider"


@proves(
    "kpis.rollups.rebuild.rebuild_rollups atomic 1",
    "kpis.rollups.rebuild.rebuild_rollups atomic 2",
    "kpis.rollups.rebuild._run atomic",
    "kpis.rollups.rebuild._alone advisory lock 1",
    "kpis.rollups.rebuild._alone advisory lock 2",
)
def test_a_rebuild_is_alone_and_folds_wait_where_it_empties_and_fills(
    clinic: Clinic,
) -> None:
    def free() -> tuple[bool, bool]:
        return is_free(REBUILDING), is_free(FOLDING)

    def in_one_piece() -> bool:
        return connection.in_atomic_block

    with (
        at_statement("DELETE FROM kpis_kept", free) as emptying,
        at_statement('INSERT INTO "kpis_kept"', free) as keeping,
    ):
        rebuild_rollups(clinic_zone().key)
    assert emptying == keeping == [(False, False)]
    # The others do so in sessions of their own, where nobody looks.
    with at_statement("WITH subject AS", in_one_piece) as storing:
        rebuild._store_clicks(clinic_zone().key)
    assert storing == [True]
    assert free() == (True, True)
    with elsewhere() as other:
        other.execute(f"SELECT pg_advisory_xact_lock({REBUILDING})")  # type: ignore[arg-type]
        asked = waits(lambda: rebuild_rollups(clinic_zone().key))
    assert asked == "kpis.rollups.rebuild._alone"


@proves(
    "kpis.rollups.refresh.refresh_rollups atomic",
    "kpis.rollups.refresh.WAIT_FOR_LOCK advisory lock",
)
def test_one_folds_and_the_next_asks_the_rows(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    zone = clinic_zone().key
    rebuild_rollups(zone)
    with at_statement("DELETE FROM kpis_changed", lambda: is_free(FOLDING)) as free:
        assert refresh_rollups(zone)
    assert free == [False]
    monkeypatch.setattr(refresh, "PATIENCE", "20ms")
    with elsewhere() as other:
        other.execute(f"SELECT pg_advisory_xact_lock({FOLDING})")  # type: ignore[arg-type]
        assert not refresh_rollups(zone)
    assert refresh_rollups(zone)


@proves("kpis.verify._in_one_snapshot atomic")
def test_sums_and_rows_are_compared_in_one_snapshot(clinic: Clinic) -> None:
    def isolation() -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute("SHOW transaction_isolation")
            return list(cursor.fetchone())

    zone = clinic_zone().key
    rebuild_rollups(zone)
    assert refresh_rollups(zone)
    assert checking._in_one_snapshot(isolation) == ["repeatable read"]
