"""A process that generates chunks and never uses the database.

A module of its own, because the new process imports it before Django is set up.
"""

import pickle
from contextlib import suppress
from multiprocessing.connection import Connection

import django


def work(pipe: Connection, job: bytes) -> None:
    """Send the rows of each of the chunks that `job` holds in pickled form."""
    django.setup()
    from medspa.demo.sample.generate_leads import generate_chunk

    world, chunks = pickle.loads(job)  # noqa: S301  (from our own parent process)
    with suppress(BrokenPipeError, KeyboardInterrupt):
        for chunk in chunks:
            pipe.send(generate_chunk(world, chunk))
