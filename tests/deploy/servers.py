"""Asking other servers than that of the test database, in this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections
from environ import Env

from bench.scratch_server import dump_of
from medspa.postgres.backend.base import DatabaseWrapper
from medspa.postgres.embedded.home import Home
from tests.committed import database_url


def migrated_dump(place: Home) -> str:
    """What `migrate` makes, as SQL; nobody may be writing to the test database."""
    return dump_of(place, database_url())


def wrapper_of(url: str, alias: str, **options: Any) -> DatabaseWrapper:
    """A connection of Django's, as our settings make them, to another database."""
    place: dict[str, Any] = deepcopy(settings.DATABASES["default"])
    found = Env.db_url_config(url)
    place["OPTIONS"] |= {**found.pop("OPTIONS", {}), **options}
    return DatabaseWrapper(place | found | {"TEST": {}}, alias=alias)


@contextmanager
def asking(wrapper: DatabaseWrapper) -> Iterator[DatabaseWrapper]:
    """Inside, the default database of this thread is another one."""
    before: Any = connections[DEFAULT_DB_ALIAS]
    connections[DEFAULT_DB_ALIAS] = wrapper
    try:
        assert connection.settings_dict is wrapper.settings_dict
        yield wrapper
    finally:
        connections[DEFAULT_DB_ALIAS] = before
        wrapper.close()
        wrapper.close_pool()
