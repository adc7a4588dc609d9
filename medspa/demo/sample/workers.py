"""Generating chunks while others are loaded: in other processes when there are many.

A worker waits until its last chunk was received, so memory stays small. When the main
process is gone, the worker's next send fails and it ends; when a worker is gone, the
main process reads the end of its pipe.
"""

import os
import pickle
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection

from medspa.demo.sample.generate_leads import ChunkRows, generate_chunk
from medspa.demo.sample.plan import Chunk, World
from medspa.demo.sample.worker import work
from medspa.refusals import Refused

# Below this, starting a process takes longer than it saves.
CHUNKS_WORTH_A_WORKER = 8
MOST_WORKERS = 4


class WorkerGone(Refused):
    """A process that generates leads ended before it was done."""

    code = "worker_gone"


def generate_chunks(world: World, chunks: Sequence[Chunk]) -> Iterator[ChunkRows]:
    """What `generate_chunk` returns for each chunk, in order. Raises WorkerGone."""
    if len(chunks) < CHUNKS_WORTH_A_WORKER:
        yield from (generate_chunk(world, chunk) for chunk in chunks)
        return
    count = min(os.cpu_count() or 1, MOST_WORKERS)
    with ExitStack() as stack:
        pipes = [
            stack.enter_context(_worker(world, chunks[first::count]))
            for first in range(count)
        ]
        for number in range(len(chunks)):
            yield _receive(pipes[number % count])


@contextmanager
def _worker(world: World, chunks: Sequence[Chunk]) -> Iterator[Connection]:
    """A process that sends the rows of `chunks` into the pipe."""
    # Spawned, not forked: this process has threads and database connections.
    context = get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    job = pickle.dumps((world, chunks))
    process = context.Process(target=work, args=(theirs, job), daemon=True)
    process.start()
    theirs.close()
    try:
        yield ours
    finally:
        ours.close()
        process.terminate()
        process.join()


def _receive(pipe: Connection) -> ChunkRows:
    try:
        return pipe.recv()
    except (EOFError, OSError) as error:
        raise WorkerGone(
            "A working process ended early. Nothing was loaded."
        ) from error
