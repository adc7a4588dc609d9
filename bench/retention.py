"""How long the chunks of a night's removal take when much is over.

python -m bench.retention [--days 40]

Works on the database of DATABASE_URL, which holds a sample clinic (`manage.py seed_demo
--leads 100000`), and removes from it for good: it acts as if its first lead had come
seven years and `--days` days ago, so all activities and events are over, and the leads
of those days with whom nothing happened since.
"""

import argparse
import os
import statistics
import time
from collections import defaultdict
from datetime import timedelta

import django

from bench.__main__ import PROJECT
from medspa.demo.keys import demo_keys

os.environ |= demo_keys(PROJECT / "var") | {
    "DEBUG": "off",
    "ALLOWED_HOSTS": "testserver",
    "DJANGO_SETTINGS_MODULE": "bench.settings",
}
django.setup()

from leads.models import Lead  # noqa: E402
from medspa.clinic.current import clinic_scope  # noqa: E402
from medspa.clinic_time import local_date  # noqa: E402
from safekeeping.retention.nightly import run_night  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=40)
    options = parser.parse_args()
    with clinic_scope():
        measure(options.days)


def measure(days: int) -> None:
    first = Lead.all_objects.earliest("created_at").created_at
    night = local_date(first) + timedelta(days=7 * 366 + days)
    took: dict[str, list[float]] = defaultdict(list)
    removed: dict[str, int] = defaultdict(int)
    ended = time.perf_counter()

    def tell(label: str, rows: int) -> None:
        nonlocal ended
        now = time.perf_counter()
        took[label].append(now - ended)
        removed[label] += rows
        ended = now

    began = time.perf_counter()
    print(f"{Lead.all_objects.count():,} leads, the night of {night}", flush=True)
    run_night(night, tell)
    for label, seconds in took.items():
        print(
            f"{label}: {removed[label]:,} rows in {len(seconds):,} chunks, "
            f"{sum(seconds):,.1f} s; a chunk {statistics.median(seconds):.3f} s, "
            f"the slowest {max(seconds):.3f} s"
        )
    print(f"The night took {time.perf_counter() - began:,.1f} s.")


if __name__ == "__main__":
    main()
