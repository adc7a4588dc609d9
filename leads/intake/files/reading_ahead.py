"""Reading the rows of one chunk while those of the chunk before it are written.

Python reads rows and PostgreSQL writes them: by turns, one of two processors waits. So
a thread reads what comes next in the time that the writing waits for the database.
"""

from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from medspa.clinic.current import clinic_scope, current_clinic

Chunk = TypeVar("Chunk", bound=Hashable)
Rows = TypeVar("Rows")


@contextmanager
def reading_ahead(
    read: Callable[[Chunk], Rows],
) -> Iterator[Callable[..., Rows]]:
    """What is yielded reads a chunk, and has the chunks after it read meanwhile.

    A chunk that was not begun, because another one came first, is read at once. `read`
    must not use the database: the thread has no connection. What it raises is raised
    when its chunk is asked for.
    """
    clinic = current_clinic()
    begun: dict[Chunk, Future[Rows]] = {}

    def in_thread(chunk: Chunk) -> Rows:
        with clinic_scope(clinic):
            return read(chunk)

    with ThreadPoolExecutor(1, thread_name_prefix="rows") as thread:

        def rows_of(chunk: Chunk, *following: Chunk) -> Rows:
            is_begun = begun.pop(chunk, None)
            rows = is_begun.result() if is_begun else read(chunk)
            begun.clear()
            begun.update((one, thread.submit(in_thread, one)) for one in following)
            return rows

        yield rows_of
