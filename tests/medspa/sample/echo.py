"""Answers with what reached it: what a proxy passes on is not Django's business."""

import json
import os
from collections.abc import Callable, Iterable
from typing import Any


def application(environ: Any, start_response: Callable[..., Any]) -> Iterable[bytes]:
    sent = environ["wsgi.input"].read()
    told = {name: value for name, value in environ.items() if name.startswith("HTTP_")}
    told |= {"received": len(sent), "ends_with": sent[-20:].decode(errors="replace")}
    told |= {"niceness": os.getpriority(os.PRIO_PROCESS, 0)}
    body = json.dumps(told | {"text": "spa " * 500}).encode()
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    if environ["PATH_INFO"] == "/its-own/":
        headers.append(("Strict-Transport-Security", "max-age=1"))
    start_response("200 OK", headers)
    return [body]
