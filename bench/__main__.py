"""`python -m bench`: pages and acts beside the bare SQL of the same question.

Each size has a database of its own on the same server, made by `seed_demo` at the
first run and kept. Each size runs in a process of its own, with production settings.
They take turns, question by question: a processor that slows down slows all of them.
Ends with 1 when a page reads a whole table of more than 20,000 rows.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.indexes import Unused, unused, uses
from bench.table import Figures, print_scans, print_table, print_unused

PROJECT = Path(__file__).resolve().parent.parent
SIZES = (1_000, 10_000, 100_000, 1_000_000)


def main() -> int:
    options = _options()
    sizes = {size: Size(size, options) for size in options.leads}
    figures = _measured_by_turns(sizes)
    print_table(figures)
    ended = {size: one.end() for size, one in sizes.items()}
    if options.indexes:
        for size, (_, not_read) in ended.items():
            print_unused(size, not_read)
    found = [print_scans(size, scans) for size, (scans, _) in ended.items()]
    return int(any(found))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--leads",
        type=lambda text: [int(part) for part in text.split(",")],
        default=list(SIZES),
        help="sizes, comma-separated (default: 1000,10000,100000,1000000)",
    )
    parser.add_argument("--runs", type=int, default=15, help="runs of each (15)")
    parser.add_argument(
        "--http", action="store_true", help="ask two gunicorn workers as well"
    )
    parser.add_argument(
        "--indexes", action="store_true", help="name the indexes that nothing read"
    )
    return parser.parse_args()


class Size:
    """A clinic of so many leads, and the process that asks it."""

    def __init__(self, size: int, options: argparse.Namespace) -> None:
        environment = _environment(size)
        manage = [sys.executable, str(PROJECT / "manage.py")]
        subprocess.run([*manage, "migrate", "-v0"], env=environment, check=True)
        _fill(manage, environment, size)
        self.database = environment["DATABASE_URL"]
        self.indexes = self._uses()
        command = [sys.executable, "-m", "bench.clinic", f"--runs={options.runs}"]
        self.process = subprocess.Popen(
            [*command, *(["--http"] if options.http else [])],
            env=environment,
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.questions: list[str] = self._line()

    def measured(self, question: str) -> dict[str, float]:
        print(question, file=self.process.stdin, flush=True)
        return self._line()

    def end(self) -> tuple[dict[str, list[str]], list[Unused]]:
        """Pages that read whole tables, and the indexes that nothing read."""
        self.process.stdin.close()  # type: ignore[union-attr]
        scans = self._line()
        self.process.wait()
        return scans, unused(self.indexes, self._uses())

    def _line(self) -> Any:
        line = self.process.stdout.readline()  # type: ignore[union-attr]
        if not line:
            raise SystemExit("A process that asks has ended.")
        return json.loads(line)

    def _uses(self) -> Any:
        import psycopg

        with psycopg.connect(self.database, autocommit=True) as connection:
            return uses(connection)


def _measured_by_turns(sizes: dict[int, Size]) -> Figures:
    every = dict.fromkeys(name for size in sizes.values() for name in size.questions)
    figures: Figures = {size: {} for size in sizes}
    for number, name in enumerate(every, start=1):
        print(f"\r{number} of {len(every)}", end="", file=sys.stderr, flush=True)
        for leads, size in sizes.items():
            if name in size.questions:
                figures[leads][name] = size.measured(name)
    print(file=sys.stderr)
    return figures


def _environment(size: int) -> dict[str, str]:
    from medspa.demo.keys import demo_keys

    return {
        **os.environ,
        **demo_keys(PROJECT / "var"),
        "DEBUG": "off",
        "ALLOWED_HOSTS": "testserver,127.0.0.1",
        "DATABASE_URL": _database(f"medspa_bench_{size}"),
        "DJANGO_SETTINGS_MODULE": "bench.settings",
    }


def _database(name: str) -> str:
    """The address of the database, which is created when it is not there."""
    import psycopg

    from medspa.postgres.embedded import EMBEDDED

    server = os.environ.get("DATABASE_URL") or EMBEDDED.url()
    with psycopg.connect(server, autocommit=True) as connection:
        known = connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [name]
        ).fetchone()
        if not known:
            connection.execute(f'CREATE DATABASE "{name}"')
    return f"{server.rpartition('/')[0]}/{name}"


def _fill(manage: list[str], environment: dict[str, str], size: int) -> None:
    import psycopg

    with psycopg.connect(environment["DATABASE_URL"]) as connection:
        is_filled = connection.execute("SELECT 1 FROM leads_lead LIMIT 1").fetchone()
    if is_filled:
        return
    print(f"{size:,} leads: making them …", file=sys.stderr)
    subprocess.run(
        [*manage, "seed_demo", f"--leads={size}", "--months=24", "--seed=7"],
        env=environment,
        check=True,
    )
    with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


if __name__ == "__main__":
    sys.exit(main())
