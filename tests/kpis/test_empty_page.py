"""The page of a clinic that begins, and what it costs when leads have come."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from medspa.models import User
from tests.factories import CampaignFactory, LeadFactory


@pytest.fixture
def browser(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def test_an_empty_clinic_is_told_what_to_do_first(browser: Client) -> None:
    html = browser.get("/kpis/").content.decode()
    assert "Add your first lead" in html
    assert "kpi-card" not in html


def test_the_page_asks_as_often_for_thirty_leads_as_for_two(browser: Client) -> None:
    """Session, user with permissions, any lead at all; of the range and the
    one before: spends and campaigns; state, sums and repeats; state and contacts, of
    the range also waits and two medians; then cohort, young ones, trend, consults.
    """
    now = datetime.now(UTC)
    counts = []
    for more in (2, 28):
        for _ in range(more):
            LeadFactory(campaign=CampaignFactory(), created_at=now - timedelta(hours=1))
        browser.get("/kpis/")  # folds what has changed
        with CaptureQueriesContext(connection) as queries:
            assert browser.get("/kpis/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] < 40
