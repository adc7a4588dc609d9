"""The smallest page there is: what gunicorn's configuration does is not Django's."""

from collections.abc import Callable, Iterable
from typing import Any


def application(environ: Any, start_response: Callable[..., Any]) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Length", "5")])
    return [b"hello"]
