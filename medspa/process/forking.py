"""What a server loads once and shares with the processes that it forks."""

import gc
from typing import Any

from django.db import connections
from django.urls import get_resolver


def prepare_to_fork() -> None:
    """Load what every page needs, and leave nothing that a child must not share.

    A pool of connections has threads, which a fork doesn't copy. What is frozen is
    never looked at by the garbage collector, whose marks would copy the memory.
    """
    _ = get_resolver().url_patterns
    connections.close_all()
    opened: Any = connections.all(initialized_only=True)
    for connection in opened:
        connection.close_pool()
    gc.collect()
    gc.freeze()
