"""procrastinate's lines about jobs in our words, without the arguments of the jobs."""

import logging
from typing import Any

OUTCOMES = {
    "start_job": "started",
    "job_success": "done",
    "job_error": "failed",
    "job_error_retry": "failed, to be tried again",
    "job_aborted": "stopped",
    "job_aborted_retry": "stopped, to be continued",
}


def job_facts(record: logging.LogRecord) -> dict[str, Any]:
    """Which job, its run if it has one, the outcome, how long it took; or nothing."""
    outcome = OUTCOMES.get(getattr(record, "action", ""))
    job: dict[str, Any] = getattr(record, "job", {})
    if not (outcome and job):
        return {}
    facts = {"job": job["id"], "task": job["task_name"], "outcome": outcome}
    if run := job["task_kwargs"].get("run_id"):
        facts["run"] = run
    if seconds := getattr(record, "duration", None):
        facts["ms"] = round(seconds * 1000, 1)
    return facts


def job_message(facts: dict[str, Any]) -> str:
    run = f", run {facts['run']}" if "run" in facts else ""
    duration = f" in {facts['ms']} ms" if "ms" in facts else ""
    return f"Job {facts['job']} {facts['task']}{run}: {facts['outcome']}{duration}"
