"""Retiring a stage while leads are being moved into it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from threading import Barrier

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection

from leads.move_refusals import MoveRefused
from leads.services.pipeline import move
from tests.factories import LeadFactory, StageFactory


def test_a_stage_is_not_retired_under_a_move(committed: None) -> None:
    """Whichever comes first, no lead ends in a retired stage."""
    home, target = StageFactory(order=1), StageFactory(order=2)
    leads = [LeadFactory(stage=home) for _ in range(6)]
    barrier = Barrier(len(leads) + 1)

    def in_a_connection_of_its_own(act: Callable[[], object]) -> None:
        barrier.wait()
        try:
            with suppress(MoveRefused, ValidationError, IntegrityError):
                act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(leads) + 1) as pool:
        acts = [partial(move, lead.pk, target.pk) for lead in leads] + [target.delete]
        for done in [pool.submit(in_a_connection_of_its_own, act) for act in acts]:
            done.result()
    target.refresh_from_db()
    came = target.stage_periods.current().count()
    assert came == (0 if target.is_deleted else len(leads))
    assert came + home.stage_periods.current().count() == len(leads)
