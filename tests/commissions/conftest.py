"""The provider whom most tests of commissions pay."""

import pytest

from commissions.models import Provider
from tests.commissions.clinic import hire


@pytest.fixture
def ana(db: None) -> Provider:
    return hire("Ana RN")
