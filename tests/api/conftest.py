"""Keys with every scope, for the people of the tests."""

import pytest

from medspa.models import User
from tests.api.keys import ApiClient, key_of
from tests.factories import StageFactory


@pytest.fixture
def api(manager: User) -> ApiClient:
    """A manager's key with every scope."""
    StageFactory(name="New")
    return ApiClient(key_of(manager))
