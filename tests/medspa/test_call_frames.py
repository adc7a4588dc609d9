"""Deep calls in a request don't map memory again and again."""

import resource
from collections.abc import Callable
from threading import Thread

import pytest

from medspa.process.call_frames import with_room

# A frame of `calls_at` takes some 120 bytes, a chunk 16 KiB: it ends at one of these.
DEPTHS = range(150)
CALLS = 500


def leaf() -> None:
    return None


def calls_at(depth: int) -> None:
    if depth:
        return calls_at(depth - 1)
    for _ in range(CALLS):
        leaf()
    return None


def at_every_depth() -> None:
    for depth in DEPTHS:
        calls_at(depth)


def pages_given(function: Callable[[], None]) -> int:
    """How many pages of memory the system gave while the function ran.

    In a thread of its own, which begins with an empty chunk.
    """
    found = []

    def count() -> None:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        function()
        found.append(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)

    thread = Thread(target=count)
    thread.start()
    thread.join()
    return found[0]


def test_calls_find_room_in_one_chunk() -> None:
    assert pages_given(at_every_depth) >= CALLS
    assert pages_given(with_room(at_every_depth)) < CALLS / 2


def test_it_passes_arguments_answers_and_errors() -> None:
    assert with_room(lambda a, *, b: (a, b))(1, b=2) == (1, 2)
    with pytest.raises(ZeroDivisionError):
        with_room(lambda: 1 / 0)()
