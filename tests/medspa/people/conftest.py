import pytest
from django.test import Client

from medspa.models import User


@pytest.fixture
def office(administrator: User, client: Client) -> Client:
    """An administrator at work."""
    client.force_login(administrator)
    return client
