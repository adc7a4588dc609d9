"""Rollups of another version's layout are none: during an upgrade both run."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from kpis.models import RollupState
from kpis.models.rollup import ROLLUP_LAYOUT
from kpis.period import Period, Window
from kpis.rollups import rebuild_rollups, refresh_rollups
from kpis.rollups.reading import is_fresh
from medspa.clinic_time import clinic_zone
from tests.factories import LeadFactory

pytestmark = pytest.mark.django_db


def test_what_the_version_before_built_meanwhile_is_built_anew() -> None:
    LeadFactory()
    zone = clinic_zone()
    rebuild_rollups(zone.key)
    with connection.cursor() as cursor:  # as it does, without our column
        cursor.execute("DELETE FROM kpis_kept")
        cursor.execute("TRUNCATE kpis_stepsum, kpis_stageperiodsum")
        cursor.execute(
            "INSERT INTO kpis_kept (id, zone, built_at) VALUES (1, %s, now())",
            [zone.key],
        )
    assert not refresh_rollups(zone.key)
    now = datetime.now(UTC)
    today = now.astimezone(zone).date()
    assert is_fresh(Window(Period(today, today), zone, now))
    assert RollupState.objects.get().layout == ROLLUP_LAYOUT
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(n) FROM kpis_stepsum")
        assert cursor.fetchone()[0]
