"""What a line of the log belongs to: a request, or a job of the worker."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# Letters, digits and three marks that need no quoting anywhere; without a letter it
# could be a phone number.
REQUEST_ID = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9._-]{8,64}", re.ASCII)

_trace: ContextVar[str] = ContextVar("trace", default="")


def current_trace() -> str:
    """The id of the request or job under way; empty outside of any."""
    return _trace.get()


@contextmanager
def traced(trace: str) -> Iterator[str]:
    token = _trace.set(trace)
    try:
        yield trace
    finally:
        _trace.reset(token)


def request_id(given: str) -> str:
    """The id that the proxy or the client `given`, if it is one; else a new one."""
    return given if REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
