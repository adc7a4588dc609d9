"""The two database servers under Patroni, as the worker last found them."""

import json
from collections.abc import Iterable
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from django.conf import settings

from medspa.health.lines import HealthGroup, HealthLine, Severity
from medspa.health.models import Measurement

NAME, CLUSTER = "Database cluster", "cluster"
TIMEOUT_SECONDS = 3
RUNNING = {"running", "streaming"}
LARGEST_LAG = 16 * 1024 * 1024
NO_LEADER = "no server leads"


def cluster_line() -> HealthLine:
    known = Measurement.objects.filter(name=CLUSTER).first()
    if known is None:
        return HealthLine(NAME, "Not looked at.", group=HealthGroup.DATABASE)
    if not known.problem:
        words = "A leader, and a second server that has all of it."
        return HealthLine(NAME, words, group=HealthGroup.DATABASE)
    return HealthLine(
        NAME,
        f"Something is wrong: {known.problem}.",
        Severity.ERROR if NO_LEADER in known.problem else Severity.WARNING,
        "Run `patronictl list` on one of the servers (docs/high-availability.md).",
        HealthGroup.DATABASE,
    )


def cluster_problem(urls: Iterable[str] | None = None) -> str:
    """What the first Patroni that answers says is wrong; empty when all is well."""
    for url in settings.PATRONI_URLS if urls is None else urls:
        try:
            with urlopen(f"{url}/cluster", timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
                return "; ".join(problems_of(json.load(answer)["members"]))
        except (URLError, OSError, ValueError, KeyError):
            continue
    return "no Patroni of PATRONI_URLS answers"


def problems_of(members: list[dict[str, Any]]) -> list[str]:
    """`members` as Patroni's /cluster lists them."""
    found = []
    if not any(one.get("role") == "leader" for one in members):
        found.append(NO_LEADER)
    followers = [one for one in members if one.get("role") != "leader"]
    if not any(one.get("role") == "sync_standby" for one in followers):
        found.append("no second server has every commit")
    for one in members:
        name, state, lag = one.get("name"), one.get("state"), one.get("lag", 0)
        if state not in RUNNING:
            found.append(f"{name} is {state}")
        elif not isinstance(lag, int) or lag > LARGEST_LAG:
            found.append(f"{name} is behind")
    return found
