from collections.abc import Callable

import pytest
from django.test import Client

from medspa.models import User
from tests.factories import UserFactory
from tests.medspa.people.posting import GOOD
from tests.second_steps import HOST


@pytest.fixture
def maria(db: None) -> User:
    """Somebody without a role, with a password and an email."""
    person: User = UserFactory(
        username="maria", first_name="Maria", email="maria@example.com"
    )
    person.set_password(GOOD)
    person.save()
    return person


@pytest.fixture
def browser() -> Callable[[], Client]:
    """A browser of its own, at the host at which passkeys work."""
    return lambda: Client(SERVER_NAME=HOST, HTTP_USER_AGENT="X11; Linux Chrome/156.0")


@pytest.fixture
def client(browser: Callable[[], Client]) -> Client:
    return browser()
