"""What is written to the log while a test runs, as the shipped handler writes it."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from medspa.logs.formats import JsonFormatter, LineFormatter


@contextmanager
def written_log(
    level: int = logging.INFO, *, as_json: bool = False
) -> Iterator[io.StringIO]:
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(JsonFormatter() if as_json else LineFormatter())
    root = logging.getLogger()
    loggers = {root: root.level} | {
        logger: logger.level
        for name in ("medspa", "procrastinate.worker", "django.request")
        for logger in [logging.getLogger(name)]
    }
    root.addHandler(handler)
    for logger in loggers:
        logger.setLevel(level)
    try:
        yield text
    finally:
        root.removeHandler(handler)
        for logger, before in loggers.items():
            logger.setLevel(before)
