"""The database under the tests, and the people in them."""

import gc
import os
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from typing import Any

import environ
import hypothesis
import pytest
from _pytest import runner
from django.conf import settings
from django.db import connection
from django.test import Client, TransactionTestCase
from pytest_django import DjangoDbBlocker

from medspa.clinic.current import clinic_scope, open_scope
from medspa.clinic.settings import ClinicSettings
from medspa.models import User
from medspa.postgres.embedded import EMBEDDED, EmbeddedPostgresError
from medspa.process.call_frames import with_room
from medspa.readiness import READINESS
from medspa.roles import ADMINISTRATOR, FRONT_DESK, MANAGER, PROVIDER, ROLES
from tests import database as databases
from tests import people, restoring
from tests.clinics import clinic_is
from tests.collected import as_in_production, collected, hashed
from tests.committed import committed, committed_once
from tests.in_memory import server_of_tests
from tests.order import shuffled

__all__ = [
    "as_in_production",
    "clinic_is",
    "collected",
    "committed",
    "committed_once",
    "hashed",
]

# How long one example takes is the computer's business.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")
database = pytest.StashKey[ExitStack]()
# All of these start browsers, servers or programs: `make quick` does without.
SLOW_FOLDERS = (
    "tests/browser/",
    "tests/deploy/",
    "tests/deployment/",
    "tests/safekeeping/backups/",
)


def pytest_configure(config: pytest.Config) -> None:
    """Without DATABASE_URL the tests run on the embedded PostgreSQL."""
    # Tests without a database ask for pages too; others look at readiness itself.
    READINESS.is_ready = True
    keep_compiled_modules()
    # Some modules of tests ask for the clinic's day when they are imported.
    open_scope(ClinicSettings())
    if os.environ.get("DATABASE_URL"):
        return
    server_of_tests()
    if not hasattr(config, "workerinput"):  # xdist's workers find it running
        stack = config.stash[database] = ExitStack()
        try:
            stack.enter_context(EMBEDDED.in_use())
        except EmbeddedPostgresError as error:
            pytest.exit(str(error), returncode=1)
    # Another program may have had the port that the settings were read with.
    address = environ.Env.db_url_config(EMBEDDED.url())
    settings.DATABASES["default"] |= {k: address[k] for k in ("PASSWORD", "PORT")}


def keep_compiled_modules() -> None:
    """Here and in the programs that tests start, whatever the environment says.

    Otherwise each of them compiles all modules again, and each worker all tests: half
    a minute of a run.
    """
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pytest_unconfigure(config: pytest.Config) -> None:
    if database in config.stash:
        config.stash[database].close()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, Any, Any]:
    """What is loaded meanwhile stays: the garbage collector need not look at it.

    Tests leave little garbage in circles, so it looks less often than usual.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.set_threshold(20_000, 10, 50)
        gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool:
    """Tests call more deeply than anything else.

    Each is as a job: what it reads of the clinic is known, and its lists are read once.
    """
    with clinic_scope(ClinicSettings()):
        with_room(runner.pytest_runtest_protocol)(item, nextitem)
    return True


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[None]:
    """Each process of the run works on its own copy of the migrated database."""
    made: Any = connection
    own = settings.DATABASES["default"]["NAME"]
    with databases.claimed(made.creation._get_test_db_name()) as name:
        with django_db_blocker.unblock():
            databases.copy_migrated(name)
            restoring.remember()
        yield
        with django_db_blocker.unblock():
            databases.drop(name)
            databases.connect_to(own)


def pytest_addoption(parser: pytest.Parser) -> None:
    words = "shuffle files, and the tests in each, by this number"
    parser.addoption("--order-seed", type=int, metavar="N", help=words)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Shuffled before pytest-django moves the tests that commit behind the others."""
    for item in items:
        if item.nodeid.startswith(SLOW_FOLDERS):
            item.add_marker(pytest.mark.slow)
    seed = config.getoption("--order-seed")
    if seed is not None:
        items[:] = shuffled(items, seed)


def restore(test: TransactionTestCase) -> None:
    """What a test with transactions of its own does to the tables is undone."""
    restoring.restore()


TransactionTestCase._fixture_teardown = restore  # type: ignore[method-assign]
Client.force_login = people.force_login  # type: ignore[method-assign, assignment]


@pytest.fixture
def person(db: None) -> Callable[[str], User]:
    """`person(MANAGER)`: somebody with that role; `person("")`: with none."""

    def make(role: str) -> User:
        assert role in ("", *ROLES)
        name = role.lower().replace(" ", "") or "outsider"
        known = User.objects.filter(username=name).first()
        return known or people.make_person(name, role)

    return make


@pytest.fixture
def front_desk(person: Callable[[str], User]) -> User:
    return person(FRONT_DESK)


@pytest.fixture
def manager(person: Callable[[str], User]) -> User:
    return person(MANAGER)


@pytest.fixture
def provider(person: Callable[[str], User]) -> User:
    return person(PROVIDER)


@pytest.fixture
def administrator(person: Callable[[str], User]) -> User:
    return person(ADMINISTRATOR)


@pytest.fixture
def superuser(db: None) -> User:
    """Somebody to whom no permission is denied."""
    return User.objects.create_superuser("superuser")


@pytest.fixture
def outsider(person: Callable[[str], User]) -> User:
    """Somebody who may sign in and has no role."""
    return person("")
