"""What Django is told about each database: by its URL, and by what the process is for.

Nothing here imports Django: settings.py asks for it.
"""

from collections.abc import Sequence
from typing import Any

from environ import Env
from psycopg_pool import ConnectionPool

from medspa.postgres.limits import (
    CONNECT_SECONDS,
    POOL_WAIT_SECONDS,
    RECONNECT_SECONDS,
    REPLICA_WAIT_SECONDS,
    WEB,
    Limits,
    command_of,
    server_options,
)

# Commands that change tables, or switch their triggers off for a moment: they connect
# as the owner of the tables where the site has a role of its own (docs/audit.md).
OWNER_COMMANDS = ("migrate", "upgrade", "flush", "loaddata", "seed_demo")

# A computer that has gone says nothing: without these, a connection to it is believed
# to be alive for two hours, and what was sent to it for fifteen minutes.
KEEPALIVE = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 2,
    "tcp_user_timeout": 15_000,
}

# Uses of a statement in a session before the server keeps its plan; only those of
# `prepared_cursor` are counted.
PREPARED_AFTER = 2


def is_for_owner(arguments: Sequence[str]) -> bool:
    return command_of(arguments) in OWNER_COMMANDS


def role_of(url: str) -> str:
    """The role that a URL names; empty if libpq finds it in another way."""
    found: dict[str, Any] = Env.db_url_config(url)
    return str(found["USER"])


def is_postgres(url: str) -> bool:
    return url.startswith(("postgres://", "postgresql://"))


def primary(url: str, direct_url: str, limits: Limits, pool_size: int) -> dict:
    """The database that is written to; ValueError if its URL can't be read.

    With a `direct_url`, `url` is a pooler's that gives a connection of the server to
    somebody else after each transaction. Pages can live with that; jobs, migrations
    and commands need a session of their own.
    """
    is_pooled = bool(direct_url) and limits is WEB
    found = _database(url if is_pooled or not direct_url else direct_url, pool_size)
    options = found["OPTIONS"]
    if is_pooled:
        # The pooler would refuse them; it sets the limits by its `connect_query`.
        options.pop("options", None)
        # Without one of its own, a client keeps the name that another gave the session.
        options.setdefault("application_name", "medspa")
    else:
        options["options"] = server_options(limits, options.get("options", ""))
        options["prepare_threshold"] = PREPARED_AFTER
    return found | {"IS_POOLED": is_pooled}


def replica(url: str, limits: Limits, pool_size: int) -> dict:
    """A copy that follows the primary, from which pages read (`postgres.replica`)."""
    found = _database(url, pool_size)
    options = found["OPTIONS"]
    options["options"] = server_options(limits, options.get("options", ""))
    options["connect_timeout"] = REPLICA_WAIT_SECONDS
    options["pool"] |= {"timeout": REPLICA_WAIT_SECONDS, "min_size": 0}
    return found | {"IS_POOLED": False, "TEST": {"MIRROR": "default"}}


def _database(url: str, pool_size: int) -> dict[str, Any]:
    found: dict[str, Any] = Env.db_url_config(url)
    return found | {
        # It checks the connections it hands out.
        "ENGINE": "medspa.postgres.backend",
        "CONN_HEALTH_CHECKS": False,
        "OPTIONS": {
            "connect_timeout": CONNECT_SECONDS,
            "pool": {
                "min_size": 1,
                "max_size": pool_size,
                "timeout": POOL_WAIT_SECONDS,
                # While the server is away, the pool asks again at this pace.
                "reconnect_timeout": RECONNECT_SECONDS,
                "reconnect_failed": ConnectionPool.check,
            },
            **KEEPALIVE,
            **found.get("OPTIONS", {}),
        },
    }
