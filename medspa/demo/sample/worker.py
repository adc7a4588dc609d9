"""A process that tells chunks and never touches the database.

Its own module: what the new process imports first must not need Django's apps.
"""

import pickle
from contextlib import suppress
from multiprocessing.connection import Connection

import django


def work(pipe: Connection, job: bytes) -> None:
    """Send what `tell` returns for each chunk of the pickled world and chunks."""
    django.setup()
    from medspa.demo.sample.generate_leads import tell

    world, chunks = pickle.loads(job)  # noqa: S301  (from our own parent process)
    with suppress(BrokenPipeError, KeyboardInterrupt):
        for chunk in chunks:
            pipe.send(tell(world, chunk))
