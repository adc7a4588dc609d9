"""Room for the frames of deep calls.

CPython (3.11 and later) keeps the frames of running functions in chunks of 16 KiB. The
call that crosses the end of a chunk maps a new one, and its return unmaps it. A loop
that happens to call functions across such an end does so every time: one answer of the
lead list took 340 pairs of system calls and 66 ms of the processor's time, 31 ms
without them (100,000 leads; Today 43 and 27 ms).

A function whose own frame is large is given a larger chunk, and everything that it
calls finds room in the rest.
"""

from collections.abc import Callable
from types import FunctionType
from typing import Any

# 547 KiB: CPython takes the next power of two, 1 MiB, and leaves 477 KiB to the calls.
# Only what is used of it costs memory.
SLOTS = 70_000


def with_room(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, whose calls find room for their frames in one chunk."""

    def call(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    large = call.__code__.replace(co_stacksize=SLOTS)
    return FunctionType(large, globals(), call.__name__, closure=call.__closure__)


def room_for_requests(get_response: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The outermost middleware, so that all of a request is below it."""
    return with_room(get_response)
