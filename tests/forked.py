"""Processes to be killed: forked from this one, where everything is loaded already.

A new interpreter needs a second before it does anything.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from typing import Any

from django.conf import settings
from django.db import connections


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
