"""Processes to be killed: forked from this one, where everything is loaded already.

A new interpreter needs a second before it does anything.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from typing import Any

from django.conf import settings
from django.db import connections

import manage


@contextmanager
def forked(act: Callable[..., object], *arguments: Any) -> Iterator[BaseProcess]:
    """A process that does it; at the end of the block it is killed and gone."""
    process = get_context("fork").Process(target=_do, args=(act, *arguments))
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()


def _do(act: Callable[..., object], *arguments: Any) -> None:
    """The parent's connections stay the parent's: this process opens its own."""
    settings.DATABASES["default"]["OPTIONS"].pop("pool", None)
    for alias in connections:
        del connections[alias]
    act(*arguments)


@dataclass
class Command:
    """A command that was typed; `out` and `err` are the ends of pipes."""

    process: BaseProcess
    out: int
    err: int

    def communicate(self, seconds: float) -> tuple[str, str]:
        """All that it says, and those whom it started, until they are gone."""
        said = {self.out: b"", self.err: b""}
        talking = set(said)
        while talking:
            ready = wait(talking, seconds)
            assert ready, "it goes on"
            for pipe in ready:
                if piece := os.read(pipe, 65_536):
                    said[pipe] += piece
                else:
                    talking.remove(pipe)
        self.process.join(seconds)
        return said[self.out].decode(), said[self.err].decode()


@contextmanager
def typed(*arguments: str) -> Iterator[Command]:
    """`manage.py` with these arguments, as of a terminal; killed as by `forked`."""
    (out, their_out), (err, their_err) = os.pipe(), os.pipe()
    with forked(_type, arguments, their_out, their_err) as process:
        os.close(their_out)
        os.close(their_err)
        try:
            yield Command(process, out, err)
        finally:
            os.close(out)
            os.close(err)


def _type(arguments: tuple[str, ...], out: int, err: int) -> None:
    os.dup2(out, 1)
    os.dup2(err, 2)
    os.close(out)
    os.close(err)
    # pytest has put its own there.
    sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
    sys.argv = ["manage.py", *arguments]
    manage.main()
