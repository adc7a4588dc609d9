"""What a request, a background job or a command reads at most once: its set-up.

Nothing is kept longer, so no process goes on showing what another has changed.
"""

from collections.abc import Callable, Hashable, Mapping
from contextvars import ContextVar
from typing import Any, TypeVar

Answer = TypeVar("Answer")
_answers: ContextVar[dict[Hashable, Any] | None] = ContextVar("answers", default=None)


class _Brought:
    """What came along with something else, before anybody asked for it."""

    def __init__(self, row: Any) -> None:
        self.row = row


def begin_reading_once(known: Mapping[Hashable, Any]) -> Callable[[], None]:
    """From here on `read_once` reads each key once, and those of `known` never.

    Returns what ends it. To be used by `medspa.clinic.current.clinic_scope`.
    """
    before = _answers.get()
    _answers.set({**known})

    def end() -> None:
        _answers.set(before)

    return end


def is_reading_once() -> bool:
    return _answers.get() is not None


def read_once(
    key: Hashable,
    read: Callable[[], Answer],
    parse: Callable[[Any], Answer] | None = None,
) -> Answer:
    """What `read` answers; outside a scope it is read each time.

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


def what_is_known(key: Hashable) -> Any:
    """What was read of it already, if anything."""
    return (_answers.get() or {}).get(key)


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
