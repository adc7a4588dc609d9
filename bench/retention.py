"""How long the chunks of a night's removal take when much is over.

python -m bench.retention [--share 0.33]

Works on the database of DATABASE_URL, which holds a sample clinic (`manage.py seed_demo
--leads 20000`), with the keys of the environment or else the demo's. It removes for
good: it acts as if it were the night, seven years later, in which that share of the
leads is over, and with them all activities and events. Before the first chunk of a rule
the rules before it have looked in vain once.
"""

import argparse
import os
import statistics
import time
from bisect import bisect_left
from datetime import date, timedelta

import django

from bench.__main__ import PROJECT
from medspa.demo.keys import demo_keys

os.environ |= (
    demo_keys(PROJECT / "var")
    | dict(os.environ)
    | {
        "DEBUG": "off",
        "ALLOWED_HOSTS": "testserver",
        "DJANGO_SETTINGS_MODULE": "bench.settings",
    }
)
django.setup()

from leads.models import Lead  # noqa: E402
from medspa.clinic.current import clinic_scope  # noqa: E402
from medspa.clinic_time import clinic_zone, local_date  # noqa: E402
from safekeeping.retention.nightly import run_night  # noqa: E402
from safekeeping.retention.policy import RULES  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", type=float, default=0.33)
    options = parser.parse_args()
    with clinic_scope():
        measure(options.share)


def night_when_over(share: float) -> date:
    """The first night in which that share of all leads is over."""
    (rule,) = (rule for rule in RULES if rule.key == "leads")
    first = Lead.all_objects.earliest("created_at").created_at
    wanted = share * Lead.all_objects.count()
    nights = [
        local_date(first, clinic_zone()) + timedelta(days=7 * 365 + day)
        for day in range(5 * 365)
    ]
    found = bisect_left(
        nights, wanted, key=lambda night: rule.due.count(rule.cutoff(night), [])
    )
    return nights[found]


class Chunks:
    """How long the chunks of one rule took: the first one with the rule's way to it."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.rows = 0
        self.seconds: list[float] = []

    def add(self, rows: int, seconds: float) -> None:
        self.rows += rows
        self.seconds.append(seconds)

    def __str__(self) -> str:
        first, *others = self.seconds
        others = others or [first]
        return (
            f"{self.label}: {self.rows:,} rows, {sum(self.seconds):,.1f} s; the first "
            f"chunk after {first:.3f} s, then each {statistics.median(others):.3f} s, "
            f"the slowest of {len(others):,} {max(others):.3f} s"
        )


def measure(share: float) -> None:
    night = night_when_over(share)
    rules: list[Chunks] = []
    ended = began = time.perf_counter()

    def tell(label: str, rows: int) -> None:
        """Prints a rule when the next one begins: a night can take an hour."""
        nonlocal ended
        if not rules or rules[-1].label != label:
            if rules:
                print(rules[-1], flush=True)
            rules.append(Chunks(label))
        now = time.perf_counter()
        rules[-1].add(rows, now - ended)
        ended = now

    print(f"{Lead.all_objects.count():,} leads, the night of {night}", flush=True)
    run_night(night, tell)
    print(
        *rules[-1:], f"The night took {time.perf_counter() - began:,.1f} s.", sep="\n"
    )


if __name__ == "__main__":
    main()
