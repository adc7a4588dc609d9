"""What a request or a background job reads at most once: short lists of set-up.

Nothing is kept longer, so no process goes on showing what another has changed.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

Answer = TypeVar("Answer")
_answers: ContextVar[dict[Hashable, Any] | None] = ContextVar("answers", default=None)


class _Brought:
    """What came along with something else, before anybody asked for it."""

    def __init__(self, row: Any) -> None:
        self.row = row


@contextmanager
def reading_once() -> Iterator[None]:
    """In the block, `read_once` reads each key once."""
    end = begin_reading_once()
    try:
        yield
    finally:
        end()


def begin_reading_once() -> Callable[[], None]:
    """As `reading_once`, for who can't use a block; returns what ends it."""
    before = _answers.get()
    _answers.set({})

    def end() -> None:
        _answers.set(before)

    return end


def read_once(
    key: Hashable,
    read: Callable[[], Answer],
    parse: Callable[[Any], Answer] | None = None,
) -> Answer:
    """What `read` answers; outside of `reading_once` it is read each time.

    `parse` makes the answer of what was brought, if anything was.
    """
    answers = _answers.get()
    if answers is None:
        return read()
    kept = answers.get(key)
    if parse and isinstance(kept, _Brought):
        answers[key] = parse(kept.row)
    elif key not in answers:
        answers[key] = read()
    answer: Answer = answers[key]
    return answer


def bring(key: Hashable, row: Any) -> None:
    """For who has read it along with something else; what is known already stays."""
    answers = _answers.get()
    if answers is not None:
        answers.setdefault(key, _Brought(row))


def forget(key: Hashable) -> None:
    """To be called when what was read has changed."""
    answers = _answers.get()
    if answers is not None:
        answers.pop(key, None)
