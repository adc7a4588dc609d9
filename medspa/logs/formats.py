"""A line of the log as text or as JSON: the time with its zone, in UTC.

    2026-11-27T09:41:07.123+00:00 INFO medspa.access [5f0c…]: GET /leads/ 200 …

A record may carry `facts`, a dict of what its message says in words.
"""

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

from medspa.logs.jobs import job_facts, job_message
from medspa.logs.paths import path_without_tokens
from medspa.logs.redaction import without_contacts, without_values
from medspa.logs.trace import current_trace

# procrastinate's name of a job: `medspa.send_notice[12](to='…')`.
JOB_ARGUMENTS = re.compile(r"(\w\[\d+\])\(.*\)", re.DOTALL)
CONTROLS = {code: f"\\x{code:02x}" for code in (*range(32), 127)}
CONTROLS |= {ord("\n"): "\\n", ord("\r"): "\\r", ord("\t"): " "}


class LineFormatter(logging.Formatter):
    """One line a record; only a traceback has more."""

    def format(self, record: logging.LogRecord) -> str:
        line = (
            f"{time_of(record)} {record.levelname} {record.name} "
            f"[{trace_of(record) or '-'}]: {message_of(record)}"
        )
        traceback = traceback_of(record)
        return f"{line}\n{traceback}" if traceback else line


class JsonFormatter(logging.Formatter):
    """One JSON object a line, for programs that collect logs."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": time_of(record),
            "level": record.levelname,
            "logger": record.name,
            "trace": trace_of(record),
            "message": message_of(record),
            **(job_facts(record) or getattr(record, "facts", {})),
        }
        if traceback := traceback_of(record):
            line["traceback"] = traceback
        return json.dumps(line, ensure_ascii=False, default=str)


def time_of(record: logging.LogRecord) -> str:
    moment = datetime.fromtimestamp(record.created, UTC)
    return moment.isoformat(timespec="milliseconds")


def trace_of(record: logging.LogRecord) -> str:
    """Django says what it answered when the request is over."""
    request = getattr(record, "request", None)
    return current_trace() or getattr(request, "trace", "")


def message_of(record: logging.LogRecord) -> str:
    if facts := job_facts(record):
        return job_message(facts)
    message = record.getMessage()
    request = getattr(record, "request", None)
    if path := getattr(request, "path", ""):
        message = message.replace(path, path_without_tokens(request))
    if record.name.startswith("procrastinate"):
        message = JOB_ARGUMENTS.sub(r"\1", message)
    return without_contacts(message.translate(CONTROLS))


def traceback_of(record: logging.LogRecord) -> str:
    """Where it happened and what kind of error it was, without values."""
    if not record.exc_info or record.exc_info[0] is None:
        return ""
    if record.levelno < logging.ERROR and job_facts(record):
        return ""  # it is tried again
    return without_values(logging.Formatter().formatException(record.exc_info))
