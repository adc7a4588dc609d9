"""Answers which process has loaded it."""

import os
from collections.abc import Callable, Iterable
from typing import Any

LOADED_BY = os.getpid()


def application(environ: Any, start_response: Callable[..., Any]) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"%d" % LOADED_BY]
