"""What is read at most once while one request is answered: short lists of set-up.

Nothing is kept longer than a request, so no process shows what another has changed.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

Answer = TypeVar("Answer")
_answers: ContextVar[dict[Hashable, Any] | None] = ContextVar("answers", default=None)


@contextmanager
def reading_once() -> Iterator[None]:
    """In the block, `read_once` reads each key once."""
    if _answers.get() is not None:  # the outer block goes on
        yield
        return
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


def read_once(key: Hashable, read: Callable[[], Answer]) -> Answer:
    """What `read` answers; outside of `reading_once` it is read each time."""
    answers = _answers.get()
    if answers is None:
        return read()
    if key not in answers:
        answers[key] = read()
    answer: Answer = answers[key]
    return answer


def forget(key: Hashable) -> None:
    """To be called when what was read has changed."""
    answers = _answers.get()
    if answers is not None:
        answers.pop(key, None)
