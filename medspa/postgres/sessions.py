"""Work in two sessions of the database at once."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from typing import TypeVar

from django.db import connection

# A small server has two processors, and others need one of them now and then.
SESSIONS = 2
Answer = TypeVar("Answer")
Task = Callable[[], Answer]


@contextmanager
def two_sessions() -> Iterator[Callable[[Task[Answer]], Task[Answer]]]:
    """What is yielded starts a task and returns a function that waits for its answer.

    Each task has a session of its own, so it sees what is committed. Within a
    transaction, which no other session sees into, a task runs when it is waited for.
    """
    if connection.in_atomic_block:
        yield lambda task: task
        return
    pool = ThreadPoolExecutor(SESSIONS)
    try:
        yield lambda task: pool.submit(copy_context().run, _in_a_session, task).result
    finally:
        pool.shutdown(cancel_futures=True)


def _in_a_session(task: Task[Answer]) -> Answer:
    try:
        return task()
    finally:
        connection.close()
