"""The provider whom most tests of commissions pay, and a month that is closed."""

import pytest
from django.test import Client

from commissions.models import Provider
from commissions.statements.calculate import run_month
from commissions.statements.freshness import reconciled_months
from kpis.models import KpiEvent
from medspa.models import User
from tests.commissions.clinic import (
    APRIL,
    MARCH,
    TEN_PERCENT,
    agree,
    close,
    hire,
    pay,
)


@pytest.fixture
def ana(db: None) -> Provider:
    return hire("Ana RN")


@pytest.fixture
def site(manager: User, client: Client) -> Client:
    """Where the manager is signed in."""
    client.force_login(manager)
    return client


@pytest.fixture
def sale(ana: Provider, manager: User) -> KpiEvent:
    """A payment of March, which is closed and settled."""
    agree(ana, TEN_PERCENT)
    sale = pay(ana, 100_000)
    close(MARCH, manager)
    run_month(APRIL)
    assert reconciled_months() == {MARCH}
    return sale
