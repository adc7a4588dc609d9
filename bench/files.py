"""`python -m bench.files [--rows 20000] [--runs 5]`: rows a second, in and out.

Works on the database of DATABASE_URL, as a worker does it, and takes everything back.
Each time is the median of the runs, after one that isn't counted. The CPU time of a row
is that of Python and of PostgreSQL; while others use the computer it says more than the
clock. Rolled back is rather less than committed: a commit also waits for the disk.
"""

import argparse
import os
import random
import secrets
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from statistics import median

import django

from bench.__main__ import PROJECT
from medspa.demo.keys import demo_keys
from medspa.process.loading import loading

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
for name, value in demo_keys(PROJECT / "var").items():
    os.environ.setdefault(name, value)
with loading():
    django.setup()

from django.db import connection  # noqa: E402

from api.exports.exporting import EXPORT_JOB, ExportArguments  # noqa: E402
from api.exports.models import LeadExport  # noqa: E402
from api.exports.stored_file import store_chunks  # noqa: E402
from bench.connections import nothing_stays  # noqa: E402
from bench.cpu_time import cpu_seconds  # noqa: E402
from campaigns.models import Campaign  # noqa: E402
from leads.intake.files.background import (  # noqa: E402
    ImportArguments,
    begin_import,
    carry_out,
)
from leads.intake.files.mapping import map_columns  # noqa: E402
from leads.intake.files.table import read_table  # noqa: E402
from leads.intake.take_in import DEFAULT_OPTIONS  # noqa: E402
from leads.lead_list.export import (  # noqa: E402
    EXPORT_FORMATS,
    ExportSource,
    chunks_of_ids,
    export_source,
)
from leads.lead_list.export_rows import ExportRows  # noqa: E402
from leads.models import Lead, PipelineStage, Procedure, Tag  # noqa: E402
from medspa.audit.actors import acting  # noqa: E402
from medspa.clinic.current import clinic_scope  # noqa: E402
from medspa.jobs.progress import NullProgress  # noqa: E402
from medspa.jobs.registry import start_job  # noqa: E402
from medspa.models import JobRun, User  # noqa: E402

SPREADSHEET = (
    "First Name,Email,Phone,Source,Campaign,Tags,Procedure,Expected value,Stage,Created"
)
GOHIGHLEVEL = (
    "Contact Id,First Name,Last Name,Name,Phone,Email,Created,Last Activity,Tags,"
    "Opportunities,Opportunity Value,Source"
)
NAMES = ("Ana", "Bella", "Cora", "Dana", "Ella", "Fiona", "Grace", "Hanna", "Iris")


class Files:
    """Rows of people whom nobody knows, with the clinic's own words."""

    def __init__(self) -> None:
        self.random = random.Random(7)
        self.tags = [*Tag.objects.values_list("name", flat=True)]
        self.campaigns = [*Campaign.objects.values_list("name", flat=True)]
        self.procedures = [*Procedure.objects.values_list("name", flat=True)]
        open_stages = PipelineStage.objects.exclude(outcome="lost")
        self.stages = [*open_stages.values_list("name", flat=True)]

    def spreadsheet(self, rows: int) -> bytes:
        one, run = self.random.choice, secrets.token_hex(4)
        lines = (
            f"{one(NAMES)},{run}.{row}@example.com,{self._phone()},facebook,"
            f'"{one(self.campaigns)}","{one(self.tags)}","{one(self.procedures)}",'
            f'{self.random.randint(200, 5000)},"{one(self.stages)}",{self._day()}'
            for row in range(rows)
        )
        return "\n".join([SPREADSHEET, *lines]).encode()

    def gohighlevel(self, rows: int) -> bytes:
        one, run = self.random.choice, secrets.token_hex(5)
        lines = (
            f"bench{run}{row:05},{one(NAMES)},Sample,Ana Sample,{self._phone()},"
            f"{run}.{row}@example.com,{self._day()},{self._day()},"
            f'"{one(self.tags)},Botox",Deal,${self.random.randint(200, 5000)}.00,other'
            for row in range(rows)
        )
        return "\n".join([GOHIGHLEVEL, *lines]).encode()

    def _phone(self) -> str:
        area = self.random.choice((212, 305, 415, 512, 617))
        return f"+1{area}{self.random.randint(2_000_000, 9_999_999)}"

    def _day(self) -> str:
        day = date(2026, 1, 5) + timedelta(self.random.randrange(200))
        return f"{day}T1{self.random.randrange(10)}:00:00Z"


class Measured:
    """Seconds of each run: by the clock, of Python, of Python and PostgreSQL."""

    def __init__(self, name: str, rows: int) -> None:
        self.name, self.rows = name, rows
        self.runs: list[tuple[float, float, float]] = []
        self.first_bytes: list[float] = []

    def add(self, act: Callable[[], object]) -> None:
        clocks = time.perf_counter, time.process_time, cpu_seconds
        before = [read() for read in clocks]
        act()
        wall, python, every = (
            read() - b for read, b in zip(clocks, before, strict=True)
        )
        self.runs.append((wall, python, every))

    def __str__(self) -> str:
        wall, python, every = (
            median(run[place] for run in self.runs[1:]) for place in range(3)
        )
        first = ""
        if self.first_bytes:
            first = f"; first byte after {1000 * median(self.first_bytes[1:]):.0f} ms"
        return (
            f"{self.name}: {self.rows / wall:,.0f} rows/s by the clock, "
            f"{self.rows / every:,.0f} of one CPU; a row takes "
            f"{1e6 * python / self.rows:.0f} µs of Python, "
            f"{1e6 * (every - python) / self.rows:.0f} of PostgreSQL{first}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    person = User.objects.filter(is_active=True).earliest("pk")
    files = Files()
    with acting(user=person):
        for name in ("spreadsheet", "gohighlevel"):
            measure_import(name, getattr(files, name), options.rows, options.runs)
        for form in EXPORT_FORMATS:
            measure_exports(form, person, options.rows, options.runs)


def measure_import(
    name: str, make: Callable[[int], bytes], rows: int, runs: int
) -> None:
    stored = Measured(f"{name}, stored for a worker", rows)
    imported = Measured(f"{name}, imported by a worker", rows)
    for _ in range(runs + 1):
        data = make(rows)
        with nothing_stays():
            check_at_once()
            begun: list[JobRun] = []
            stored.add(lambda data=data, begun=begun: begun.append(begin(data)))  # type: ignore[misc]
            file = ImportArguments(**begun[0].arguments)
            imported.add(lambda file=file: carry_out(file, NullProgress()))  # type: ignore[misc]
    print(stored, imported, sep="\n", flush=True)


def check_at_once() -> None:
    """Foreign keys: a rollback would leave their checks out."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def begin(data: bytes) -> JobRun:
    table = read_table(data)
    return begin_import(table, map_columns(table.headers), DEFAULT_OPTIONS)


def measure_exports(form: str, person: User, rows: int, runs: int) -> None:
    rows = min(rows, Lead.objects.count())
    stored = Measured(f"{form}, stored by a worker", rows)
    sent = Measured(f"{form}, sent", rows)
    for _ in range(runs + 1):
        with nothing_stays():
            stored.add(lambda: store(form, person, rows))
        with nothing_stays():
            sent.add(lambda: send(form, person, rows, sent.first_bytes))
    print(stored, sent, sep="\n", flush=True)


def newest(rows: int) -> Iterator[list[str]]:
    """As of all leads, but no more than these are asked for."""
    left = rows
    for ids in chunks_of_ids(Lead.objects.all()):
        yield ids[:left]
        left -= len(ids)
        if left <= 0:
            return


def store(form: str, person: User, rows: int) -> None:
    export = LeadExport(form=form)
    arguments = ExportArguments(export=export.pk, filters={}, form=form)
    export.work = start_job(EXPORT_JOB, arguments, title="Bench", by=person)
    export.save(force_insert=True)
    assert store_chunks(export, newest(rows), NullProgress()).row_count == rows


def send(form: str, person: User, rows: int, first_bytes: list[float]) -> None:
    begun = time.perf_counter()
    source = ExportSource(newest(rows), ExportRows(Lead.all_objects.all()))
    pieces = export_source(source, person, "", EXPORT_FORMATS[form])
    next(pieces)
    first_bytes.append(time.perf_counter() - begun)
    for _ in pieces:
        pass


if __name__ == "__main__":
    with clinic_scope():
        main()
