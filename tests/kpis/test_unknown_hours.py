"""A lead of whom only the day is known is in no figure of hours."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from kpis.drill import MetricRef, find
from kpis.metrics.definitions import Basis
from kpis.period import Period, Window
from kpis.queries.leads_by_hour import (
    arrivals_from_rollups,
    arrivals_from_rows,
    leads_without_hour,
)
from kpis.rollups import rebuild_rollups, refresh_rollups
from kpis.rollups.reading import Freshness
from leads.models import Lead
from medspa.clinic_time import clinic_today, clinic_zone, start_of_day
from medspa.models import User
from tests.factories import LeadFactory


@pytest.mark.django_db
def test_a_lead_whose_time_of_day_is_unknown_is_in_no_hour(
    client: Client, manager: User
) -> None:
    midnight = start_of_day(clinic_today(), clinic_zone())
    dated = LeadFactory(created_at=midnight, created_time_known=False)
    LeadFactory(created_at=midnight + timedelta(minutes=1))
    today = Period(clinic_today(), clinic_today())
    window = Window(today, clinic_zone(), timezone.now())
    for known, hours, without in ((False, 1, 1), (True, 2, 0)):
        Lead.objects.filter(pk=dated.pk).update(created_time_known=known)
        rebuild_or_refresh()
        for ask in (arrivals_from_rollups, arrivals_from_rows):
            (hour,) = ask(window)
            assert (hour.hour, hour.leads) == (0, hours)
        for fresh in (Freshness(True, True), Freshness(False, False)):
            assert leads_without_hour(window, fresh) == without
        asked = MetricRef("leads", "arrivals", hour.key)
        assert len(find(asked, window, Basis.COHORT).rows) == hours
    Lead.objects.filter(pk=dated.pk).update(created_time_known=False)
    client.force_login(manager)
    page = client.get("/kpis/?range=today&part=arrivals").content.decode()
    assert "1 lead without a time of day not shown." in page


def rebuild_or_refresh() -> None:
    zone = clinic_zone().key
    if not refresh_rollups(zone):
        rebuild_rollups(zone)
